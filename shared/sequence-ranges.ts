// In: sequence numbers, in any order. Out: which of them were there, as a position and the ranges beyond it.
//
// Invariants: the ranges ascend, lie apart from each other and from the position, and there are at most `maxRanges`.
import type { SequenceRange } from './model/delivery.ts';

/** As many as travel in one message. */
export const maxRanges = 32;

export class SequenceRanges {
  #sequence: number;
  #beyond: SequenceRange[];

  constructor(sequence = 0, beyond: readonly SequenceRange[] = []) {
    this.#sequence = sequence;
    this.#beyond = [...beyond];
  }

  /** Everything up to it was there; 0 when the first one was not. */
  get sequence(): number {
    return this.#sequence;
  }

  get beyond(): readonly SequenceRange[] {
    return this.#beyond;
  }

  /** The highest number that was there. */
  get highest(): number {
    return this.#beyond.at(-1)?.to ?? this.#sequence;
  }

  has(sequence: number): boolean {
    if (sequence <= this.#sequence) return true;
    return this.#beyond.some(({ from, to }) => sequence >= from && sequence <= to);
  }

  /** The parts of a range that were not there, ascending. */
  missing({ from, to }: SequenceRange): readonly SequenceRange[] {
    const missing: SequenceRange[] = [];
    let next = Math.max(from, this.#sequence + 1);
    for (const range of this.#beyond) {
      if (range.from > to) break;
      if (range.from > next) missing.push({ from: next, to: range.from - 1 });
      next = Math.max(next, range.to + 1);
    }
    if (next <= to) missing.push({ from: next, to });
    return missing;
  }

  /** False, and nothing changes, when there would be too many ranges. */
  add({ from, to }: SequenceRange): boolean {
    if (from <= this.#sequence + 1) {
      this.#sequence = Math.max(this.#sequence, to);
    } else if (!this.#insert(from, to)) {
      return false;
    }
    this.#absorb();
    return true;
  }

  #insert(from: number, to: number): boolean {
    // Nearly always the next one of the last range.
    const last = this.#beyond.at(-1);
    if (last !== undefined && from === last.to + 1) {
      this.#beyond[this.#beyond.length - 1] = { from: last.from, to };
      return true;
    }
    const before = this.#beyond.filter((range) => range.to < from - 1);
    const after = this.#beyond.filter((range) => range.from > to + 1);
    const touched = this.#beyond.slice(before.length, this.#beyond.length - after.length);
    if (before.length + 1 + after.length > maxRanges) return false;
    const merged = {
      from: Math.min(from, touched[0]?.from ?? from),
      to: Math.max(to, touched.at(-1)?.to ?? to),
    };
    this.#beyond = [...before, merged, ...after];
    return true;
  }

  #absorb(): void {
    for (let first = this.#beyond[0]; first !== undefined; first = this.#beyond[0]) {
      if (first.from > this.#sequence + 1) return;
      this.#sequence = Math.max(this.#sequence, first.to);
      this.#beyond.shift();
    }
  }
}
