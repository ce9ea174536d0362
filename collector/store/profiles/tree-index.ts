// In: the tree that the profiles of a file share. Out: the number of a frame by its text, and of a node by its parent and
// frame.
//
// Invariants: `#table` has at least twice as many places as nodes; a place holds a node's number + 1.
import type { Frame } from '../../../shared/model/profile.ts';
import type { SharedTree } from './shared-tree.ts';

export class TreeIndex {
  readonly #tree: SharedTree;
  #table = new Int32Array(4096);
  readonly #frames = new Map<string, number>();
  #nodesKnown = 0;
  #framesKnown = 0;

  constructor(tree: SharedTree) {
    this.#tree = tree;
  }

  /** Takes in what the tree has grown by. */
  update(): void {
    for (; this.#framesKnown < this.#tree.frameCount; this.#framesKnown += 1) {
      const frame = this.#tree.frame(this.#framesKnown);
      if (frame !== undefined) this.#frames.set(frameKey(frame), this.#framesKnown);
    }
    if (2 * this.#tree.nodeCount > this.#table.length) {
      this.#table = new Int32Array(2 ** Math.ceil(Math.log2(4 * this.#tree.nodeCount)));
      this.#nodesKnown = 0;
    }
    for (; this.#nodesKnown < this.#tree.nodeCount; this.#nodesKnown += 1) this.#add(this.#nodesKnown);
  }

  /** undefined: it is new. */
  frame(frame: Frame): number | undefined {
    return this.#frames.get(frameKey(frame));
  }

  /** undefined: it is new. */
  node(parent: number, frameId: number): number | undefined {
    const mask = this.#table.length - 1;
    for (let place = hash(parent, frameId) & mask; ; place = (place + 1) & mask) {
      const node = (this.#table[place] ?? 0) - 1;
      if (node < 0) return undefined;
      if (this.#tree.parent(node) === parent && this.#tree.frameId(node) === frameId) return node;
    }
  }

  #add(node: number): void {
    const parent = this.#tree.parent(node);
    // Damaged: it is never found again.
    if (parent < -1) return;
    const mask = this.#table.length - 1;
    let place = hash(parent, this.#tree.frameId(node)) & mask;
    while (this.#table[place] !== 0) place = (place + 1) & mask;
    this.#table[place] = node + 1;
  }
}

/** The length keeps two names apart that only meet elsewhere. */
export function frameKey({ function: name, module }: Frame): string {
  return `${name.length} ${name}${module}`;
}

function hash(parent: number, frameId: number): number {
  const mixed = Math.imul(Math.imul(parent + 1, 0x9e3779b1) ^ frameId, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
