// How much a node is asked at once. In: what is open. Out: why there is no room for one more, or nothing.
// Profiles that somebody asked for and parts of windows have a budget each, so that neither waits for the other; where all places
// of the first are taken, a window leaves the node alone.
import { continuousLimits } from '../../shared/model/continuous-profile.ts';
import type { ControlError } from './control.ts';
import { tooMany } from './order-checks.ts';

/** `asked`: by a person or a rule. `window`: by a continuous profile; neither told live nor noted in the audit log. */
export type ProfileKind = 'asked' | 'window';

export interface OpenOnNode {
  readonly node: string;
  readonly kind: ProfileKind;
}

const mostAsked = 4;
/** Of each continuous profile one that is recorded, and one of which the stacks are on their way. */
const mostWindows = 2 * continuousLimits.perNode;

export function roomFault(open: Iterable<OpenOnNode>, { node, kind }: OpenOnNode): ControlError | null {
  const counts = { asked: 0, window: 0 };
  for (const one of open) if (one.node === node) counts[one.kind] += 1;
  if (counts.asked >= mostAsked) {
    const remedy = 'Wait until one has ended, or stop one: jidi profile ls';
    return tooMany(`${mostAsked} profiles run on ${node} already.`, remedy);
  }
  if (kind === 'asked' || counts.window < mostWindows) return null;
  const remedy =
    'Its earlier windows are still on their way; longer windows or fewer continuous profiles help.';
  return tooMany(`${mostWindows} windows of continuous profiles are open on ${node} already.`, remedy);
}
