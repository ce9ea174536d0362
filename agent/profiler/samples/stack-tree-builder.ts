// Grows a StackTree, sample by sample. In: frames, then stacks of their numbers, leaf first as perf prints them.
// Out: the tree. Bounds: what would exceed them goes to the frame `[rest]`, so that every sample counts somewhere.
import type { Frame, StackTree } from '../../../shared/model/profile.ts';

export interface TreeLimits {
  readonly stackFrames: number;
  readonly nodes: number;
  readonly frames: number;
}

const treeLimits: TreeLimits = { stackFrames: 256, nodes: 200_000, frames: 100_000 };

const restFrame: Frame = { function: '[rest]', module: '' };

export class StackTreeBuilder {
  readonly #limits: TreeLimits;
  readonly #frames: Frame[] = [restFrame];
  readonly #parents: number[] = [];
  readonly #frameIds: number[] = [];
  readonly #self: number[] = [];
  readonly #children = new Map<number, number>();
  readonly #stride: number;

  constructor(limits: TreeLimits = treeLimits) {
    this.#limits = limits;
    this.#stride = limits.frames + 1;
  }

  /** The number of a new frame; the caller asks once per frame. All frames beyond the bound are `[rest]`. */
  frame(frame: Frame): number {
    if (this.#frames.length >= this.#limits.frames) return 0;
    return this.#frames.push(frame) - 1;
  }

  /** Adds a sample and says in which node it ended. Of a stack that is too deep the frames next to the leaf stay. */
  add(leafFirst: readonly number[], weight: number): number {
    const isDeep = leafFirst.length > this.#limits.stackFrames;
    let node = isDeep ? this.#child(-1, 0) : -1;
    for (let i = isDeep ? this.#limits.stackFrames - 2 : leafFirst.length - 1; i >= 0; i -= 1) {
      const next = this.#child(node, leafFirst[i] ?? 0);
      // A full tree takes only stacks it knows.
      if (next < 0) return this.#weigh(this.#child(-1, 0), weight);
      node = next;
    }
    return this.#weigh(node, weight);
  }

  /** The tree with only the frames it uses, numbered as they appear in its nodes. */
  build(): StackTree {
    const numbers = new Map<number, number>();
    const frames: Frame[] = [];
    const frameIds = this.#frameIds.map((id) => {
      const known = numbers.get(id);
      if (known !== undefined) return known;
      numbers.set(id, frames.length);
      return frames.push(this.#frames[id] ?? restFrame) - 1;
    });
    return { frames, parents: this.#parents, frameIds, self: this.#self };
  }

  #weigh(node: number, weight: number): number {
    this.#self[node] = (this.#self[node] ?? 0) + weight;
    return node;
  }

  /** The node of this frame below the parent; -1 when the tree is full. One place is kept for the root `[rest]`. */
  #child(parent: number, frameId: number): number {
    const key = (parent + 1) * this.#stride + frameId;
    const known = this.#children.get(key);
    if (known !== undefined) return known;
    const isRest = parent === -1 && frameId === 0;
    if (this.#parents.length >= this.#limits.nodes - (isRest ? 0 : 1)) return -1;
    const node = this.#parents.push(parent) - 1;
    this.#frameIds.push(frameId);
    this.#self.push(0);
    this.#children.set(key, node);
    return node;
  }
}
