// In: stacks. Out: what each function takes, and who calls it and whom it calls. A sample counts once for a function
// however often the function stands on the stack: at its outermost call.

import { outermostCalls, type Stacks } from './stacks.ts';
import { StacksBuilder } from './stacks-builder.ts';

export interface FunctionWeights {
  /** By frame: what ended in it. */
  readonly self: Float64Array;
  /** By frame: what ended in it or in what it called. */
  readonly total: Float64Array;
}

export function weighFunctions(stacks: Stacks, isOutermost = outermostCalls(stacks)): FunctionWeights {
  const { frames, frameIds } = stacks;
  const self = new Float64Array(frames.length);
  const total = new Float64Array(frames.length);
  for (let branch = 0; branch < frameIds.length; branch += 1) {
    const frame = frameIds[branch] ?? 0;
    self[frame] = (self[frame] ?? 0) + (stacks.self[branch] ?? 0);
    if (isOutermost[branch] === 1) total[frame] = (total[frame] ?? 0) + (stacks.total[branch] ?? 0);
  }
  return { self, total };
}

/** Frames that take anything, what ends in them first. */
export function hottestFunctions({ self, total }: FunctionWeights, most: number): number[] {
  const frames = Array.from(total, (_weight, frame) => frame).filter((frame) => (total[frame] ?? 0) > 0);
  const by = (weights: Float64Array, a: number, b: number): number => (weights[b] ?? 0) - (weights[a] ?? 0);
  return frames.sort((a, b) => by(self, a, b) || by(total, a, b) || a - b).slice(0, most);
}

/**
 * The callers of a function as stacks that stand on it: the function is the root, its caller on it, and so on. Weights are
 * those of the function's outermost calls, so all of them together are its total.
 */
export function callersOf(stacks: Stacks, frame: number, isOutermost = outermostCalls(stacks)): Stacks {
  const { frames, parents, frameIds, total } = stacks;
  const builder = new StacksBuilder();
  const numbers = new Map<number, number>();
  const numberOf = (id: number): number => {
    const known = numbers.get(id);
    if (known !== undefined) return known;
    const number = builder.frame(frames[id] ?? { function: '', module: '' });
    numbers.set(id, number);
    return number;
  };
  for (let branch = 0; branch < parents.length; branch += 1) {
    if (frameIds[branch] !== frame || isOutermost[branch] === 0) continue;
    let place = -1;
    for (let at = branch; at >= 0; at = parents[at] ?? -1) {
      place = builder.branch(place, numberOf(frameIds[at] ?? 0));
    }
    builder.add(place, total[branch] ?? 0);
  }
  return builder.build();
}

/** What a function calls, as stacks that stand on it: all its outermost calls laid upon each other. */
export function calleesOf(stacks: Stacks, frame: number, isOutermost = outermostCalls(stacks)): Stacks {
  const { frames, parents, frameIds, self } = stacks;
  const builder = new StacksBuilder();
  const places = new Int32Array(parents.length).fill(-1);
  const numbers = new Int32Array(frames.length).fill(-1);
  for (let branch = 0; branch < parents.length; branch += 1) {
    const id = frameIds[branch] ?? 0;
    const parent = parents[branch] ?? -1;
    const below = parent < 0 ? -1 : (places[parent] ?? -1);
    const isRoot = id === frame && isOutermost[branch] === 1;
    if (below < 0 && !isRoot) continue;
    if (numbers[id] === -1) numbers[id] = builder.frame(frames[id] ?? { function: '', module: '' });
    const place = builder.branch(isRoot ? -1 : below, numbers[id] ?? -1);
    places[branch] = place;
    builder.add(place, self[branch] ?? 0);
  }
  return builder.build();
}
