// An order of a profile for tests, as usual but for what they say.
import type { StartProfileOrder } from '../../../collector/control/control.ts';
import { usualProfile, wholeProcess } from '../../../shared/model/profile.ts';

export function profileOrder(fields: Partial<StartProfileOrder> = {}): StartProfileOrder {
  const { startAtMs: _at, ...asked } = usualProfile;
  return { nodes: ['n1'], target: wholeProcess(42, null), ...asked, ...fields };
}
