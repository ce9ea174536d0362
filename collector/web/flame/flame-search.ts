// In: the functions of a tree and what was typed. Out: which match, and the share of samples that have one on their stack.
// Pure; walks without recursion, because stacks may be deep.
import type { Frame } from '../../../shared/model/profile.ts';
import type { TreeColumns } from './flame-tree.ts';

export type Matcher = (frame: Frame) => boolean;

/** null when nothing is looked for. Upper and lower case are the same. */
export function toMatcher(query: string): Matcher | null {
  const wanted = query.trim().toLowerCase();
  if (wanted === '') return null;
  return ({ function: name, module }) =>
    name.toLowerCase().includes(wanted) || module.toLowerCase().includes(wanted);
}

/** By function: 1 where it matches; null when nothing is looked for. */
export function matchedFrames({ frames }: Pick<TreeColumns, 'frames'>, matches: Matcher | null) {
  return matches === null ? null : Uint8Array.from(frames, (frame) => (matches(frame) ? 1 : 0));
}

/** A stack with several matches counts once. */
export function matchedShare({ parents, frameIds, total, weight }: TreeColumns, matched: Uint8Array): number {
  const isOn = new Uint8Array(parents.length);
  let found = 0;
  for (let branch = 0; branch < parents.length; branch += 1) {
    const parent = parents[branch] ?? -1;
    if (parent >= 0 && isOn[parent] === 1) isOn[branch] = 1;
    else if (matched[frameIds[branch] ?? 0] === 1) {
      isOn[branch] = 1;
      found += total[branch] ?? 0;
    }
  }
  return weight > 0 ? found / weight : 0;
}
