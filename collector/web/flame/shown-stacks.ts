// The stacks that the collector sent, as the views use them. In: columns of the API. Out: a tree in columns, the class of work
// of each function, and the tree ready to be drawn. Pure.
import type { ProfileDifference, ProfileStacks } from '../../../shared/api/profile-view.ts';
import type { Frame } from '../../../shared/model/profile.ts';
import type { StacksDifference } from '../../../shared/stacks/difference.ts';
import { type Stacks, totalsOf, weighStacks } from '../../../shared/stacks/stacks.ts';
import { type FlameTree, orderTree } from './flame-tree.ts';

export interface ShownStacks {
  readonly stacks: Stacks;
  readonly tree: FlameTree;
  /** Also for the functions of what is made of these stacks. */
  readonly classOf: (frame: Frame) => string;
}

type Columns = Pick<
  ProfileStacks,
  'functions' | 'modules' | 'classes' | 'parents' | 'frameIds' | 'self' | 'weight'
>;

export function showStacks(sent: Columns): ShownStacks {
  const { frames, classOf } = readFrames(sent);
  const stacks = weighStacks({
    frames,
    parents: Int32Array.from(sent.parents),
    frameIds: Int32Array.from(sent.frameIds),
    self: Float64Array.from(sent.self),
  });
  return { stacks, tree: orderTree(stacks), classOf };
}

export interface ShownDifference extends ShownStacks {
  readonly difference: StacksDifference;
  readonly sampleWeight: number;
}

/** A branch is as wide as the mean of its two shares: what is gone is seen as well as what is new. */
export function showDifference(sent: ProfileDifference): ShownDifference {
  const { stacks, classOf } = showStacks(sent);
  const self = Float64Array.from(sent.baseSelf);
  const base = { self, total: totalsOf(stacks.parents, self), weight: sent.baseWeight };
  const [now, before] = [Math.max(stacks.weight, tiny), Math.max(base.weight, tiny)];
  const total = stacks.total.map(
    (weight, branch) => weight / now / 2 + (base.total[branch] ?? 0) / before / 2,
  );
  const { parents } = stacks;
  let weight = 0;
  for (let branch = 0; branch < parents.length; branch += 1) {
    if (parents[branch] === -1) weight += total[branch] ?? 0;
  }
  return {
    stacks,
    classOf,
    tree: orderTree({ ...stacks, total, weight }),
    difference: { stacks, base },
    sampleWeight: sent.sampleWeight,
  };
}

const tiny = Number.MIN_VALUE;

function readFrames({ functions, modules, classes }: Columns) {
  const classNames = new Map<Frame, string>();
  const frames = functions.map((name, index) => {
    const frame = { function: name, module: modules[index] ?? '' };
    classNames.set(frame, classes[index] ?? '');
    return frame;
  });
  return { frames, classOf: (frame: Frame): string => classNames.get(frame) ?? '' };
}
