// Stacks in another shape: rolled up, focused on some functions, cut to a number of branches. In: stacks.
// Out: new stacks; the ones given stay. The weight of all stays the same but for a focus, which keeps what matches.
import type { Frame } from '../model/profile.ts';
import { restFrame, type Stacks } from './stacks.ts';
import { StacksBuilder } from './stacks-builder.ts';

/** Puts other names on the branches; neighbours that get the same name become one. */
export function rollUp(stacks: Stacks, nameOf: (frame: Frame) => Frame): Stacks {
  const builder = new StacksBuilder();
  const numbers = stacks.frames.map((frame) => builder.frame(nameOf(frame)));
  return rebuilt(stacks, builder, (branch, parent) => {
    const { parents, frameIds } = stacks;
    const below = parents[branch] ?? -1;
    const frame = numbers[frameIds[branch] ?? 0] ?? -1;
    const isSame = below >= 0 && numbers[frameIds[below] ?? 0] === frame;
    return isSame ? parent : builder.branch(parent, frame);
  });
}

export interface Focus {
  readonly matches: (frame: Frame) => boolean;
  /** `with`: stacks in which one function matches; `without`: those in which none does. */
  readonly keep: 'with' | 'without';
}

export function focusStacks(stacks: Stacks, { matches, keep }: Focus): Stacks {
  const isWanted = stacks.frames.map(matches);
  const { parents, frameIds, self, frames } = stacks;
  const isMet = new Uint8Array(parents.length);
  const builder = new StacksBuilder();
  const numbers = frames.map((frame) => builder.frame(frame));
  const kept = self.map((weight, branch) => {
    const parent = parents[branch] ?? -1;
    const met = isWanted[frameIds[branch] ?? 0] === true || (parent >= 0 && isMet[parent] === 1);
    if (met) isMet[branch] = 1;
    return met === (keep === 'with') ? weight : 0;
  });
  return withWeights(stacks, kept, { builder, numbers });
}

interface Rebuild {
  readonly builder: StacksBuilder;
  readonly numbers: readonly number[];
}

/** The same branches with other weights; branches on which nothing is left are left out. */
function withWeights(stacks: Stacks, self: Float64Array, { builder, numbers }: Rebuild): Stacks {
  const { parents, frameIds } = stacks;
  const isUsed = new Uint8Array(parents.length);
  for (let branch = parents.length - 1; branch >= 0; branch -= 1) {
    const parent = parents[branch] ?? -1;
    if ((self[branch] ?? 0) > 0) isUsed[branch] = 1;
    if (isUsed[branch] === 1 && parent >= 0) isUsed[parent] = 1;
  }
  return rebuilt({ parents, self }, builder, (branch, parent) =>
    isUsed[branch] === 1 ? builder.branch(parent, numbers[frameIds[branch] ?? 0] ?? -1) : -1,
  );
}

/**
 * Keeps the heaviest branches. What is left out counts for its nearest kept branch's own child `[rest]`, so that every total
 * stays as it is.
 */
export function cutStacks(stacks: Stacks, most: number): Stacks {
  return cutBranches(stacks, most).stacks;
}

export interface CutStacks {
  readonly stacks: Stacks;
  /** For each branch the one that it has become. */
  readonly places: Int32Array;
}

/** `weights`: what each branch weighs together with what lies on it; absent: its total. */
export function cutBranches(stacks: Stacks, most: number, weights: Float64Array = stacks.total): CutStacks {
  const { parents, frameIds, self, frames } = stacks;
  if (parents.length <= most)
    return { stacks, places: Int32Array.from(parents, (_parent, branch) => branch) };
  const builder = new StacksBuilder();
  const numbers = new Int32Array(frames.length).fill(-1);
  const numberOf = (id: number): number => {
    if (numbers[id] === -1) numbers[id] = builder.frame(frames[id] ?? restFrame);
    return numbers[id] ?? -1;
  };
  const rest = builder.frame(restFrame);
  // Each branch that is kept may need one `[rest]`, and so may the ground.
  const isKept = heaviest(weights, Math.floor((most - 1) / 2));
  const places = new Int32Array(parents.length);
  for (let branch = 0; branch < parents.length; branch += 1) {
    const parent = parents[branch] ?? -1;
    const below = parent < 0 ? -1 : (places[parent] ?? -1);
    const isCut = parent >= 0 && isKept[parent] === 0;
    if (isCut) places[branch] = below;
    else if (isKept[branch] === 1) places[branch] = builder.branch(below, numberOf(frameIds[branch] ?? 0));
    else places[branch] = builder.branch(below, rest);
    builder.add(places[branch] ?? -1, self[branch] ?? 0);
  }
  return { stacks: builder.build(), places };
}

/**
 * A branch weighs no more than its parent, and on a tie the parent comes first: so the heaviest always hang together.
 */
function heaviest(total: Float64Array, count: number): Uint8Array {
  const order = Int32Array.from(total, (_weight, branch) => branch);
  order.sort((a, b) => (total[b] ?? 0) - (total[a] ?? 0) || a - b);
  const isKept = new Uint8Array(total.length);
  for (const branch of order.subarray(0, count)) isKept[branch] = 1;
  return isKept;
}

/** `place` says on which new branch an old one comes to lie; its weight goes there. */
function rebuilt(
  { parents, self }: Pick<Stacks, 'parents' | 'self'>,
  builder: StacksBuilder,
  place: (branch: number, parent: number) => number,
): Stacks {
  const places = new Int32Array(parents.length);
  for (let branch = 0; branch < parents.length; branch += 1) {
    const parent = parents[branch] ?? -1;
    const made = place(branch, parent < 0 ? -1 : (places[parent] ?? -1));
    places[branch] = made;
    if (made >= 0) builder.add(made, self[branch] ?? 0);
  }
  return builder.build();
}
