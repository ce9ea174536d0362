// The tree of stacks that the profiles of a file share, in memory. In: by what it grew, row by row. Out: trees of what
// profiles weigh in it.
// It refuses (ChunkError) stacks of which a part is damaged: nodes that no row told of, and all below them.
//
// Invariants: a parent is before its children; a node whose frame or parent is damaged is damaged itself.
import type { Frame, StackTree } from '../../../shared/model/profile.ts';
import { malformed } from '../columns/chunk-error.ts';
import type { Growth } from './stack-rows.ts';

const damaged = -2;

/** How many samples ended in each node. */
export interface Weights {
  readonly nodes: ArrayLike<number>;
  readonly self: ArrayLike<number>;
}

export class SharedTree {
  #parents = new Int32Array(1024);
  #frameIds = new Int32Array(1024);
  #frames: (Frame | undefined)[] = [];
  #nodeCount = 0;

  get nodeCount(): number {
    return this.#nodeCount;
  }

  get frameCount(): number {
    return this.#frames.length;
  }

  /** -1: a root; below: it is damaged. */
  parent(node: number): number {
    return node < this.#nodeCount ? (this.#parents[node] ?? damaged) : damaged;
  }

  frameId(node: number): number {
    return this.#frameIds[node] ?? 0;
  }

  /** undefined: damaged. */
  frame(id: number): Frame | undefined {
    return this.#frames[id];
  }

  /** Rows come in their order; what lies between one and the next was in a damaged one. */
  grow({ firstFrame, frames, firstNode, parents, frameIds }: Growth): void {
    this.skipTo(firstFrame, firstNode);
    if (firstFrame !== this.frameCount || firstNode !== this.#nodeCount) throw malformed('stacks told twice');
    for (const frame of frames) this.#frames.push(frame);
    this.#makeRoom(firstNode + parents.length);
    for (let i = 0; i < parents.length; i += 1) {
      const parent = parents[i] ?? -1;
      const frameId = frameIds[i] ?? 0;
      const isDamaged =
        this.#frames[frameId] === undefined || (parent >= 0 && this.#parents[parent] === damaged);
      this.#parents[firstNode + i] = isDamaged ? damaged : parent;
      this.#frameIds[firstNode + i] = frameId;
    }
    this.#nodeCount += parents.length;
  }

  /** All up to there that is not known is damaged. */
  skipTo(frames: number, nodes: number): void {
    while (this.#frames.length < frames) this.#frames.push(undefined);
    if (nodes <= this.#nodeCount) return;
    this.#makeRoom(nodes);
    this.#parents.fill(damaged, this.#nodeCount, nodes);
    this.#nodeCount = nodes;
  }

  /** All of it or, when a part is damaged, nothing. `sums` has a place for each node. */
  addTo(sums: Float64Array, { nodes, self }: Weights): void {
    for (let i = 0; i < nodes.length; i += 1) {
      if (this.parent(nodes[i] ?? -1) === damaged) throw malformed('stacks of damaged frames');
    }
    for (let i = 0; i < nodes.length; i += 1) {
      const node = nodes[i] ?? 0;
      sums[node] = (sums[node] ?? 0) + (self[i] ?? 0);
    }
  }

  /** The part of it that has samples. */
  treeOf(sums: Float64Array): StackTree {
    return this.#treeOf(sums, this.#numbersOf(sums));
  }

  /** The tree of one profile, and for each of its entries in `weights` the number of its node there. */
  numberedTree(weights: Weights): { readonly tree: StackTree; readonly numbers: readonly number[] } {
    const sums = new Float64Array(this.nodeCount);
    this.addTo(sums, weights);
    const numbers = this.#numbersOf(sums);
    return {
      tree: this.#treeOf(sums, numbers),
      numbers: Array.from(weights.nodes, (node) => numbers[node] ?? 0),
    };
  }

  #treeOf(sums: Float64Array, numbers: Int32Array): StackTree {
    const tree = {
      frames: [] as Frame[],
      parents: [] as number[],
      frameIds: [] as number[],
      self: [] as number[],
    };
    const frameNumbers = new Map<number, number>();
    for (const [node, number] of numbers.entries()) {
      if (number < 0) continue;
      const frameId = this.frameId(node);
      let known = frameNumbers.get(frameId);
      if (known === undefined) {
        known = tree.frames.push(this.#frames[frameId] ?? { function: '', module: '' }) - 1;
        frameNumbers.set(frameId, known);
      }
      const parent = this.parent(node);
      tree.parents.push(parent < 0 ? -1 : (numbers[parent] ?? -1));
      tree.frameIds.push(known);
      tree.self.push(sums[node] ?? 0);
    }
    return tree;
  }

  /** For each node its number in the tree of those that have samples or lead to some; -1: it is not in it. */
  #numbersOf(sums: Float64Array): Int32Array {
    const numbers = new Int32Array(sums.length).fill(-1);
    for (let node = sums.length - 1; node >= 0; node -= 1) {
      if (numbers[node] !== 0 && (sums[node] ?? 0) === 0) continue;
      numbers[node] = 0;
      const parent = this.parent(node);
      if (parent >= 0) numbers[parent] = 0;
    }
    let next = 0;
    for (let node = 0; node < numbers.length; node += 1) {
      if (numbers[node] !== 0) continue;
      numbers[node] = next;
      next += 1;
    }
    return numbers;
  }

  #makeRoom(nodes: number): void {
    if (nodes <= this.#parents.length) return;
    const room = Math.max(nodes, 2 * this.#parents.length);
    this.#parents = widened(this.#parents, room);
    this.#frameIds = widened(this.#frameIds, room);
  }
}

function widened(array: Int32Array, room: number): Int32Array<ArrayBuffer> {
  const wide = new Int32Array(room);
  wide.set(array);
  return wide;
}
