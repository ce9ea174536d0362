// In: trees of stacks, one after another. Out: one tree with the samples of all.
// Bound: samples of stacks for which there is no more room count to the frame `[rest]`.
import type { Frame, StackTree } from '../../../shared/model/profile.ts';
import { frameKey } from './tree-index.ts';

const mostNodes = 2 ** 21;
/** More than there can be frames: each node has one at most. */
const stride = 2 ** 22;

export class TreeMerger {
  readonly #mostNodes: number;
  readonly #frames: Frame[] = [];
  readonly #frameNumbers = new Map<string, number>();
  readonly #parents: number[] = [];
  readonly #frameIds: number[] = [];
  readonly #self: number[] = [];
  readonly #children = new Map<number, number>();
  /** Node of the rest; -1: there is none. */
  #rest = -1;
  /** As long as there is no other, nothing needs to be looked up. */
  #only: StackTree | null = null;

  constructor(limit = mostNodes) {
    this.#mostNodes = limit;
  }

  add(tree: StackTree): void {
    if (tree.parents.length === 0) return;
    if (this.#parents.length === 0 && this.#only === null && tree.parents.length <= this.#mostNodes) {
      this.#only = tree;
      return;
    }
    const first = this.#only;
    this.#only = null;
    if (first !== null) this.#merge(first);
    this.#merge(tree);
  }

  /** null: there was none. */
  build(): StackTree | null {
    if (this.#only !== null) return this.#only;
    if (this.#parents.length === 0) return null;
    return { frames: this.#frames, parents: this.#parents, frameIds: this.#frameIds, self: this.#self };
  }

  #merge({ frames, parents, frameIds, self }: StackTree): void {
    const numbers = new Int32Array(parents.length);
    for (const [place, parent] of parents.entries()) {
      const frame = frames[frameIds[place] ?? 0] ?? { function: '', module: '' };
      const above = parent < 0 ? -1 : (numbers[parent] ?? -1);
      // Below the rest everything is the rest.
      const isRest = parent >= 0 && above === this.#rest;
      numbers[place] = isRest ? above : this.#child(above, frame);
      const number = numbers[place] ?? 0;
      this.#self[number] = (this.#self[number] ?? 0) + (self[place] ?? 0);
    }
  }

  /** One place is kept for the rest. */
  #child(parent: number, frame: Frame): number {
    const isFull = this.#parents.length >= this.#mostNodes - 1;
    const number = isFull ? this.#frameNumbers.get(frameKey(frame)) : this.#frameNumber(frame);
    const key = (parent + 1) * stride + (number ?? 0);
    const known = number === undefined ? undefined : this.#children.get(key);
    if (known !== undefined) return known;
    if (isFull || number === undefined) return this.#restNode();
    const node = this.#push(parent, number);
    this.#children.set(key, node);
    return node;
  }

  #restNode(): number {
    if (this.#rest === -1) this.#rest = this.#push(-1, this.#frameNumber({ function: '[rest]', module: '' }));
    return this.#rest;
  }

  #push(parent: number, frame: number): number {
    this.#frameIds.push(frame);
    this.#self.push(0);
    return this.#parents.push(parent) - 1;
  }

  #frameNumber(frame: Frame): number {
    const key = frameKey(frame);
    const known = this.#frameNumbers.get(key);
    if (known !== undefined) return known;
    const number = this.#frames.push(frame) - 1;
    this.#frameNumbers.set(key, number);
    return number;
  }
}
