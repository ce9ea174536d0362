// In: a StackTree as the node sent it, where a frame may be listed twice and a stack may be split over branches.
// Out: the same stacks in columns, every frame once, every branch once, with the samples at and above each branch.
// It refuses nothing: a branch that names a missing frame or parent is shown as `[unknown]`, or as a root.
import type { Frame, StackTree } from '../../../shared/model/profile.ts';

export interface MergedStacks {
  readonly frames: readonly Frame[];
  /** Branch i hangs on parents[i], which is smaller than i; -1 is the ground. */
  readonly parents: readonly number[];
  readonly frameIds: readonly number[];
  /** Samples that ended exactly there. */
  readonly self: readonly number[];
  /** Samples that ended there or further up. */
  readonly total: readonly number[];
  /** 0 for a root. */
  readonly depths: readonly number[];
  /** All samples. */
  readonly samples: number;
}

const unknownFrame: Frame = { function: '[unknown]', module: '' };

export function mergeStacks(tree: StackTree): MergedStacks {
  const { frames, idOf } = mergeFrames(tree.frames);
  const branches = new Map<number, number>();
  const merged: number[] = [];
  const parents: number[] = [];
  const frameIds: number[] = [];
  const depths: number[] = [];
  const self: number[] = [];
  for (const [index, frame] of tree.frameIds.entries()) {
    const frameId = idOf[frame] ?? 0;
    const parent = merged[tree.parents[index] ?? -1] ?? -1;
    const key = (parent + 1) * frames.length + frameId;
    let branch = branches.get(key);
    if (branch === undefined) {
      branch = parents.length;
      branches.set(key, branch);
      parents.push(parent);
      frameIds.push(frameId);
      depths.push((depths[parent] ?? -1) + 1);
      self.push(0);
    }
    merged.push(branch);
    self[branch] = (self[branch] ?? 0) + Math.max(0, tree.self[index] ?? 0);
  }
  const total = sumUp(parents, self);
  const samples = self.reduce((sum, count) => sum + count, 0);
  return { frames, parents, frameIds, self, total, depths, samples };
}

/** Frame 0 stands for every frame that is missing. */
function mergeFrames(given: readonly Frame[]): { frames: Frame[]; idOf: number[] } {
  const frames: Frame[] = [unknownFrame];
  const known = new Map([[frameKey(unknownFrame), 0]]);
  const idOf = given.map((frame) => {
    const key = frameKey(frame);
    const id = known.get(key) ?? frames.push(frame) - 1;
    known.set(key, id);
    return id;
  });
  return { frames, idOf };
}

function frameKey(frame: Frame): string {
  return `${frame.function}\0${frame.module}`;
}

/** Parents come before their children, so one walk from the end carries everything down. */
function sumUp(parents: readonly number[], self: readonly number[]): number[] {
  const total = [...self];
  for (let branch = total.length - 1; branch >= 0; branch -= 1) {
    const parent = parents[branch] ?? -1;
    if (parent >= 0) total[parent] = (total[parent] ?? 0) + (total[branch] ?? 0);
  }
  return total;
}

/** The branches on each branch, and those on the ground under -1. */
export function childrenOf(stacks: MergedStacks): ReadonlyMap<number, readonly number[]> {
  const children = new Map<number, number[]>();
  for (const [branch, parent] of stacks.parents.entries()) {
    const siblings = children.get(parent);
    if (siblings) siblings.push(branch);
    else children.set(parent, [branch]);
  }
  return children;
}
