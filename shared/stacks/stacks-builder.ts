// In: stacks, one after another, from one profile or from many. Out: one tree in which every function and every branch is
// there once. Bounds: what comes after the last free branch or function counts for `[rest]` on the ground; nothing is lost.
import type { Frame, StackTree } from '../model/profile.ts';
import { restFrame, type Stacks, unknownFrame, weighStacks } from './stacks.ts';

export const stackLimits = { branches: 2 ** 21, frames: 2 ** 20 } as const;

/** Columns as a node sends them: a function may be listed twice, a stack split over branches. */
export interface SentTree {
  readonly frames: readonly Frame[];
  readonly parents: ArrayLike<number>;
  readonly frameIds: ArrayLike<number>;
  readonly self: ArrayLike<number>;
}

/** Of a function whose number was not asked for yet. */
const unseen = -2;

export class StacksBuilder {
  readonly #limits: { readonly branches: number; readonly frames: number };
  readonly #frames: Frame[] = [];
  readonly #frameNumbers = new Map<string, number>();
  readonly #branches = new Map<number, number>();
  #parents = new Int32Array(256);
  #frameIds = new Int32Array(256);
  #self = new Float64Array(256);
  #length = 0;
  #rest = -1;

  constructor(limits: { readonly branches: number; readonly frames: number } = stackLimits) {
    this.#limits = limits;
  }

  /** Number of a function; -1: there is no room for one more. */
  frame(frame: Frame): number {
    const key = `${frame.function}\0${frame.module}`;
    const known = this.#frameNumbers.get(key);
    if (known !== undefined) return known;
    // Without room for a branch there is no use for another function.
    if (this.#isFull || this.#frames.length >= this.#limits.frames) return -1;
    const number = this.#frames.push(frame) - 1;
    this.#frameNumbers.set(key, number);
    return number;
  }

  /** The branch of a function on another branch (-1: the ground); the rest when there is no room. */
  branch(parent: number, frame: number): number {
    if (frame < 0 || (parent >= 0 && parent === this.#rest)) return this.#restBranch();
    const key = (parent + 1) * stackLimits.frames + frame;
    const known = this.#branches.get(key);
    if (known !== undefined) return known;
    if (this.#isFull) return this.#restBranch();
    const branch = this.#append(parent, frame);
    this.#branches.set(key, branch);
    return branch;
  }

  add(branch: number, weight: number): void {
    this.#self[branch] = (this.#self[branch] ?? 0) + weight;
  }

  /** Adds a whole tree and says which branch each of its nodes has become. */
  addTree(tree: SentTree): Int32Array {
    return this.#addNodes(tree, null);
  }

  /** Adds what of a tree has weight, and what that stands on: all other nodes are -1. */
  addWeighted(tree: SentTree): Int32Array {
    return this.#addNodes(tree, leadingToWeight(tree));
  }

  #addNodes({ frames, parents, frameIds, self }: SentTree, isUsed: Uint8Array | null): Int32Array {
    const numbers = new Int32Array(frames.length + 1).fill(unseen);
    const branches = new Int32Array(parents.length).fill(-1);
    for (let node = 0; node < parents.length; node += 1) {
      if (isUsed !== null && isUsed[node] === 0) continue;
      const id = Math.min(frameIds[node] ?? frames.length, frames.length);
      if (numbers[id] === unseen) numbers[id] = this.frame(frames[id] ?? unknownFrame);
      const parent = parents[node] ?? -1;
      const below = parent >= 0 && parent < node ? (branches[parent] ?? -1) : -1;
      const branch = this.branch(below, numbers[id] ?? -1);
      branches[node] = branch;
      this.add(branch, Math.max(0, self[node] ?? 0));
    }
    return branches;
  }

  build(): Stacks {
    return weighStacks({
      frames: this.#frames,
      parents: this.#parents.slice(0, this.#length),
      frameIds: this.#frameIds.slice(0, this.#length),
      self: this.#self.slice(0, this.#length),
    });
  }

  /** A place is kept for the rest. */
  get #isFull(): boolean {
    return this.#length >= this.#limits.branches - 1;
  }

  #restBranch(): number {
    if (this.#rest >= 0) return this.#rest;
    const key = `${restFrame.function}\0${restFrame.module}`;
    const frame = this.#frameNumbers.get(key) ?? this.#frames.push(restFrame) - 1;
    this.#frameNumbers.set(key, frame);
    this.#rest = this.#branches.get(frame) ?? this.#append(-1, frame);
    this.#branches.set(frame, this.#rest);
    return this.#rest;
  }

  #append(parent: number, frame: number): number {
    if (this.#length === this.#parents.length) this.#grow();
    const branch = this.#length;
    this.#parents[branch] = parent;
    this.#frameIds[branch] = frame;
    this.#length += 1;
    return branch;
  }

  #grow(): void {
    const [parents, frameIds, self] = [this.#parents, this.#frameIds, this.#self];
    this.#parents = new Int32Array(2 * parents.length);
    this.#frameIds = new Int32Array(2 * parents.length);
    this.#self = new Float64Array(2 * parents.length);
    this.#parents.set(parents);
    this.#frameIds.set(frameIds);
    this.#self.set(self);
  }
}

/** 1 for nodes that have weight or lead to some. */
function leadingToWeight({ parents, self }: SentTree): Uint8Array {
  const isUsed = new Uint8Array(parents.length);
  for (let node = parents.length - 1; node >= 0; node -= 1) {
    const parent = parents[node] ?? -1;
    if ((self[node] ?? 0) > 0) isUsed[node] = 1;
    if (isUsed[node] === 1 && parent >= 0 && parent < node) isUsed[parent] = 1;
  }
  return isUsed;
}

/** One tree of one or more. */
export function mergeTrees(trees: Iterable<SentTree>): Stacks {
  const builder = new StacksBuilder();
  for (const tree of trees) builder.addTree(tree);
  return builder.build();
}

/** As it is stored and sent. */
export function toTree({ frames, parents, frameIds, self }: Stacks): StackTree {
  return {
    frames,
    parents: Array.from(parents),
    frameIds: Array.from(frameIds),
    self: Array.from(self),
  };
}
