// In: merged stacks. Out: whole stacks, root to leaf, with their samples, and names fit for a file.
// A tree can be written far shorter than all its stacks: past a bound the samples are summed up as one `[rest]`.
import { pathTo, type Stacks } from '../../../../shared/stacks/stacks.ts';
import { truncate, visible } from '../../../../shared/text.ts';

export interface SampledStack {
  /** Frame ids, root to leaf. */
  readonly frameIds: readonly number[];
  readonly samples: number;
}

export interface SampledStacks {
  readonly stacks: readonly SampledStack[];
  /** Samples of the stacks that were left out. */
  readonly rest: number;
}

/** Frames of all stacks together. */
const maxFrames = 2_000_000;

export const restName = '[rest]';

/** The heaviest stacks come first, so what is left out is the least. */
export function sampledStacks(merged: Stacks, limit = maxFrames): SampledStacks {
  const leaves = Array.from(merged.self, (samples, branch) => ({ samples, branch }));
  leaves.sort((a, b) => b.samples - a.samples || a.branch - b.branch);
  const stacks: SampledStack[] = [];
  let left = limit;
  let rest = 0;
  for (const { samples, branch } of leaves) {
    if (samples === 0) break;
    left -= (merged.depths[branch] ?? 0) + 1;
    if (left >= 0) stacks.push({ frameIds: Array.from(pathTo(merged, branch)), samples });
    else rest += samples;
  }
  return { stacks, rest };
}

/** What a frame is called in a file; where there is no symbol, the module stands for it. */
export function frameName(frame: { readonly function: string; readonly module: string }): string {
  const known = frame.function !== '' && frame.function !== '[unknown]';
  if (known || frame.module === '') return truncate(visible(frame.function || '[unknown]'), 512);
  return truncate(visible(frame.module.startsWith('[') ? frame.module : `[${frame.module}]`), 512);
}
