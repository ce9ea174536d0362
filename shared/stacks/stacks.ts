// Sampled call stacks as a tree in columns: what every view of a profile is made of, in the collector, the CLI and the
// console. Pure; nothing here reads or draws.
import type { Frame } from '../model/profile.ts';

/**
 * Every function once, every branch once. Branch i has the function `frames[frameIds[i]]` and hangs on `parents[i]`, which
 * is smaller than i; -1 is the ground. Weights are samples, or microseconds where waiting was measured.
 */
export interface Stacks {
  readonly frames: readonly Frame[];
  readonly parents: Int32Array;
  readonly frameIds: Int32Array;
  /** 0 on the ground. */
  readonly depths: Int32Array;
  /** What ended exactly there. */
  readonly self: Float64Array;
  /** What ended there or further up. */
  readonly total: Float64Array;
  /** Of all stacks. */
  readonly weight: number;
}

/** What stands for what there was no room for. */
export const restFrame: Frame = { function: '[rest]', module: '' };
export const unknownFrame: Frame = { function: '[unknown]', module: '' };

export interface StackColumns {
  readonly frames: readonly Frame[];
  readonly parents: Int32Array;
  readonly frameIds: Int32Array;
  readonly self: Float64Array;
}

/** Adds depths and totals. Parents come before their children, so one walk from the end carries everything down. */
export function weighStacks({ frames, parents, frameIds, self }: StackColumns): Stacks {
  const depths = new Int32Array(parents.length);
  for (let branch = 0; branch < parents.length; branch += 1) {
    const parent = parents[branch] ?? -1;
    if (parent >= 0) depths[branch] = (depths[parent] ?? 0) + 1;
  }
  const total = totalsOf(parents, self);
  let weight = 0;
  for (let branch = 0; branch < parents.length; branch += 1) {
    if (parents[branch] === -1) weight += total[branch] ?? 0;
  }
  return { frames, parents, frameIds, depths, self, total, weight };
}

/** What lies on each branch together with the branch itself. */
export function totalsOf(parents: Int32Array, self: Float64Array): Float64Array {
  const total = self.slice();
  for (let branch = total.length - 1; branch >= 0; branch -= 1) {
    const parent = parents[branch] ?? -1;
    if (parent >= 0) total[parent] = (total[parent] ?? 0) + (total[branch] ?? 0);
  }
  return total;
}

/** The branches on each branch, as linked lists: `first[parent + 1]`, then `next[branch]`; -1 ends. In their order. */
export interface Children {
  readonly first: Int32Array;
  readonly next: Int32Array;
}

export function childrenOf({ parents }: Pick<Stacks, 'parents'>): Children {
  const first = new Int32Array(parents.length + 1).fill(-1);
  const next = new Int32Array(parents.length).fill(-1);
  for (let branch = parents.length - 1; branch >= 0; branch -= 1) {
    const place = (parents[branch] ?? -1) + 1;
    next[branch] = first[place] ?? -1;
    first[place] = branch;
  }
  return { first, next };
}

/** Frames from the root to a branch. */
export function pathTo({ parents, frameIds, depths }: Stacks, leaf: number): Int32Array {
  const path = new Int32Array((depths[leaf] ?? -1) + 1);
  let place = path.length;
  for (let branch = leaf; branch >= 0; branch = parents[branch] ?? -1) {
    place -= 1;
    path[place] = frameIds[branch] ?? 0;
  }
  return path;
}

/**
 * 1 for the branches of a function's outermost calls: what lies on them is all that the function costs, each sample once,
 * however deep it calls itself. For every branch at once: `isOutermost[i]` is 1 when no branch below i has i's function.
 */
export function outermostCalls({ frames, parents, frameIds }: Stacks): Uint8Array {
  const isOutermost = new Uint8Array(parents.length);
  const children = childrenOf({ parents });
  const onStack = new Int32Array(frames.length);
  // A walk without recursion: a branch is entered by its number and left by its complement.
  const steps: number[] = [];
  const push = (first: number): void => {
    for (let branch = first; branch >= 0; branch = children.next[branch] ?? -1) steps.push(branch);
  };
  push(children.first[0] ?? -1);
  for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
    const frame = frameIds[step < 0 ? ~step : step] ?? 0;
    if (step < 0) {
      onStack[frame] = (onStack[frame] ?? 0) - 1;
      continue;
    }
    if (onStack[frame] === 0) isOutermost[step] = 1;
    onStack[frame] = (onStack[frame] ?? 0) + 1;
    steps.push(~step);
    push(children.first[step + 1] ?? -1);
  }
  return isOutermost;
}
