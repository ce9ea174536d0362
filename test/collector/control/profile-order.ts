// An order of a profile for tests, as usual but for what they say.
import type { StartProfileOrder } from '../../../collector/control/control.ts';
import { usualProfile } from '../../../shared/model/profile.ts';
import { wholeProcess } from '../../shared/model/whole-process.ts';

export function profileOrder(fields: Partial<StartProfileOrder> = {}): StartProfileOrder {
  const { startAtMs: _at, ...asked } = usualProfile;
  return { nodes: ['n1'], target: wholeProcess(42, null), ...asked, ...fields };
}
