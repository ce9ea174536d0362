// In: two sets of stacks, the base and what is compared with it. Out: one tree that has the branches of both, with the weights
// of each, and what each function takes more or less. Both are normalised: shares of their own weight are compared, so a
// profile of 60 s can be held against one of 30 s.
import type { Frame } from '../model/profile.ts';
import { weighFunctions } from './functions.ts';
import { differenceOfShares, type SharesDiffer } from './proportions.ts';
import { cutBranches } from './reshape.ts';
import { outermostCalls, type Stacks, totalsOf } from './stacks.ts';
import { StacksBuilder } from './stacks-builder.ts';

export interface StacksDifference {
  /** Branches of both, with the weights of what is compared. */
  readonly stacks: Stacks;
  /** What each branch has in the base. */
  readonly base: { readonly self: Float64Array; readonly total: Float64Array; readonly weight: number };
}

export function subtractStacks(stacks: Stacks, base: Stacks): StacksDifference {
  const builder = new StacksBuilder();
  builder.addTree(stacks);
  const places = builder.addTree({ ...base, self: new Float64Array(base.self.length) });
  const both = builder.build();
  const self = laidOn(places, base.self, both.parents.length);
  return { stacks: both, base: { self, total: totalsOf(both.parents, self), weight: base.weight } };
}

/** Keeps the branches that are heaviest on both sides together, each side measured by its own weight. */
export function cutDifference({ stacks, base }: StacksDifference, most: number): StacksDifference {
  const [now, before] = [stacks.weight, base.weight].map((weight) => Math.max(weight, Number.MIN_VALUE));
  const weights = stacks.total.map(
    (total, branch) => total / (now ?? 1) + (base.total[branch] ?? 0) / (before ?? 1),
  );
  const cut = cutBranches(stacks, most, weights);
  const self = laidOn(cut.places, base.self, cut.stacks.parents.length);
  return { stacks: cut.stacks, base: { ...base, self, total: totalsOf(cut.stacks.parents, self) } };
}

/** Weights of branches summed up on what these have become. */
function laidOn(places: Int32Array, weights: Float64Array, branches: number): Float64Array {
  const laid = new Float64Array(branches);
  for (let branch = 0; branch < places.length; branch += 1) {
    const place = places[branch] ?? 0;
    laid[place] = (laid[place] ?? 0) + (weights[branch] ?? 0);
  }
  return laid;
}

export interface FunctionDifference extends SharesDiffer {
  readonly frame: Frame;
  /** Shares of all, 0 to 1. */
  readonly self: number;
  readonly baseSelf: number;
  readonly total: number;
  readonly baseTotal: number;
}

export interface DifferenceOptions {
  readonly most: number;
  /** Which share is judged. */
  readonly by: 'self' | 'total';
  /** Weight of one sample: 1, or where time was measured the time between two of them. */
  readonly sampleWeight: number;
}

/** Functions by how much their share has changed, those of which it is sure before the others. */
export function functionDifferences(
  { stacks, base }: StacksDifference,
  { most, by, sampleWeight }: DifferenceOptions,
): FunctionDifference[] {
  const isOutermost = outermostCalls(stacks);
  const now = weighFunctions(stacks, isOutermost);
  const before = weighFunctions({ ...stacks, ...base }, isOutermost);
  const [now1, before1] = [stacks.weight, base.weight].map((weight) => Math.max(weight, Number.MIN_VALUE));
  const share = (weights: Float64Array, all: number | undefined, frame: number): number =>
    (weights[frame] ?? 0) / (all ?? 1);
  const rows = stacks.frames.map((frame, number) => {
    const shares = {
      self: share(now.self, now1, number),
      baseSelf: share(before.self, before1, number),
      total: share(now.total, now1, number),
      baseTotal: share(before.total, before1, number),
    };
    const judged = differenceOfShares(
      { hits: (now[by][number] ?? 0) / sampleWeight, of: stacks.weight / sampleWeight },
      { hits: (before[by][number] ?? 0) / sampleWeight, of: base.weight / sampleWeight },
    );
    return { frame, ...shares, ...judged };
  });
  return rows
    .filter(({ total, baseTotal }) => total > 0 || baseTotal > 0)
    .sort(
      (a, b) =>
        Number(b.isSure) - Number(a.isSure) ||
        Math.abs(b.difference) - Math.abs(a.difference) ||
        b.total - a.total,
    )
    .slice(0, most);
}
