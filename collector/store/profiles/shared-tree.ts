// The tree of stacks that the profiles of a file share, in memory. In: by what it grew, row by row. Out: trees of what
// profiles weigh in it.
// It refuses (ChunkError) stacks of which a part is damaged: nodes that no row told of, and all below them.
//
// Invariants: a parent is before its children; a node whose frame or parent is damaged is damaged itself; all of
// `#numbers` are -1 between two calls.
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
  /** By node its place in the tree that is being made; -1 between two of them. */
  #numbers = new Int32Array(0);

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
    this.#requireWhole({ nodes, self });
    for (let i = 0; i < nodes.length; i += 1) {
      const node = nodes[i] ?? 0;
      sums[node] = (sums[node] ?? 0) + (self[i] ?? 0);
    }
  }

  /** The part of it that has samples. */
  treeOf(sums: Float64Array): StackTree {
    const numbers = new Int32Array(sums.length).fill(-1);
    const members = this.#membersOf(sums, numbers);
    return { ...this.#branchesOf(members, numbers), self: Array.from(members, (node) => sums[node] ?? 0) };
  }

  /**
   * The tree of one profile, and for each of its entries in `weights` the number of its node there. What it takes depends on
   * the profile alone, not on all that the file has.
   */
  numberedTree(weights: Weights): { readonly tree: StackTree; readonly numbers: readonly number[] } {
    this.#requireWhole(weights);
    const members = this.#reachedFrom(weights.nodes);
    const numbers = this.#numbers;
    const branches = this.#branchesOf(members, numbers);
    const self = Array.from(members, () => 0);
    const places = Array.from(weights.nodes, (node) => numbers[node] ?? 0);
    for (const [entry, place] of places.entries())
      self[place] = (self[place] ?? 0) + (weights.self[entry] ?? 0);
    for (const node of members) numbers[node] = -1;
    return { tree: { ...branches, self }, numbers: places };
  }

  #requireWhole({ nodes }: Weights): void {
    for (let i = 0; i < nodes.length; i += 1) {
      if (this.parent(nodes[i] ?? -1) === damaged) throw malformed('stacks of damaged frames');
    }
  }

  #branchesOf(members: Int32Array, numbers: Int32Array): Omit<StackTree, 'self'> {
    const frames: Frame[] = [];
    const parents: number[] = [];
    const frameIds: number[] = [];
    const frameNumbers = new Map<number, number>();
    for (const node of members) {
      const frameId = this.frameId(node);
      let known = frameNumbers.get(frameId);
      if (known === undefined) {
        known = frames.push(this.#frames[frameId] ?? { function: '', module: '' }) - 1;
        frameNumbers.set(frameId, known);
      }
      const parent = this.parent(node);
      parents.push(parent < 0 ? -1 : (numbers[parent] ?? -1));
      frameIds.push(known);
    }
    return { frames, parents, frameIds };
  }

  /** Nodes that have samples or lead to some, in their order; `numbers` gets the place of each among them. */
  #membersOf(sums: Float64Array, numbers: Int32Array): Int32Array {
    let count = 0;
    for (let node = sums.length - 1; node >= 0; node -= 1) {
      if (numbers[node] !== 0 && (sums[node] ?? 0) === 0) continue;
      numbers[node] = 0;
      count += 1;
      const parent = this.parent(node);
      if (parent >= 0) numbers[parent] = 0;
    }
    const members = new Int32Array(count);
    let next = 0;
    for (let node = 0; node < numbers.length; node += 1) {
      if (numbers[node] !== 0) continue;
      numbers[node] = next;
      members[next] = node;
      next += 1;
    }
    return members;
  }

  /** The same from nodes that have samples; `#numbers` must be put back to -1 for them. */
  #reachedFrom(nodes: ArrayLike<number>): Int32Array {
    if (this.#numbers.length < this.#nodeCount) this.#numbers = new Int32Array(this.#parents.length).fill(-1);
    const reached: number[] = [];
    for (let i = 0; i < nodes.length; i += 1) {
      for (let node = nodes[i] ?? -1; node >= 0 && this.#numbers[node] === -1; node = this.parent(node)) {
        this.#numbers[node] = 0;
        reached.push(node);
      }
    }
    const members = Int32Array.from(reached).sort();
    for (let place = 0; place < members.length; place += 1) this.#numbers[members[place] ?? 0] = place;
    return members;
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
