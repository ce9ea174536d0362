// Numbers through a range coder. `NumberModel`: whole numbers from 0 on, of which small ones are likely; `ChoiceModel`: one of so
// many, of which some are likelier than others, and neighbours alike. In: numbers and the case in which they stand; each case is
// learnt apart. Out: bits, and back. One model writes, another one that was made alike reads.
import { Chances, type RangeReader, type RangeWriter } from './range-coder.ts';

/** Of a number below 2^53. */
const lengths = 64;
/** Of the bits below the highest, so many are learnt. */
const learntBits = 3;
const perLength = 2 ** learntBits;
const perCase = lengths + lengths * perLength;

export class NumberModel {
  readonly #chances: Chances;

  constructor(cases = 1) {
    this.#chances = new Chances(cases * perCase);
  }

  write(coder: RangeWriter, value: number, inCase = 0): void {
    const base = inCase * perCase;
    const bits = lengthOf(value + 1);
    for (let at = 1; at < bits; at += 1) coder.bit(this.#chances, base + at, 1);
    coder.bit(this.#chances, base + bits, 0);
    const below = value + 1 - 2 ** (bits - 1);
    const learnt = Math.min(learntBits, bits - 1);
    const rest = bits - 1 - learnt;
    const high = Math.floor(below / 2 ** rest);
    let node = 1;
    for (let at = learnt - 1; at >= 0; at -= 1) {
      const bit = (high >> at) & 1;
      coder.bit(this.#chances, base + lengths + bits * perLength + node, bit);
      node = node * 2 + bit;
    }
    coder.plain(below - high * 2 ** rest, rest);
  }

  read(coder: RangeReader, inCase = 0): number {
    const base = inCase * perCase;
    let bits = 1;
    while (bits < 54 && coder.bit(this.#chances, base + bits) === 1) bits += 1;
    const learnt = Math.min(learntBits, bits - 1);
    const rest = bits - 1 - learnt;
    let node = 1;
    for (let at = 0; at < learnt; at += 1)
      node = node * 2 + coder.bit(this.#chances, base + lengths + bits * perLength + node);
    const high = node - 2 ** learnt;
    return 2 ** (bits - 1) + high * 2 ** rest + coder.plain(rest) - 1;
  }
}

export class ChoiceModel {
  readonly #bits: number;
  readonly #size: number;
  readonly #chances: Chances;

  /** `choices`: how many there are. */
  constructor(choices: number, cases = 1) {
    this.#bits = Math.max(0, Math.ceil(Math.log2(Math.max(1, choices))));
    this.#size = 2 ** this.#bits;
    this.#chances = new Chances(cases * this.#size);
  }

  write(coder: RangeWriter, value: number, inCase = 0): void {
    let node = 1;
    for (let at = this.#bits - 1; at >= 0; at -= 1) {
      const bit = (value >> at) & 1;
      coder.bit(this.#chances, inCase * this.#size + node, bit);
      node = node * 2 + bit;
    }
  }

  /** May be one that there is not, where the bytes are not what was written. */
  read(coder: RangeReader, inCase = 0): number {
    let node = 1;
    for (let at = 0; at < this.#bits; at += 1)
      node = node * 2 + coder.bit(this.#chances, inCase * this.#size + node);
    return node - this.#size;
  }
}

/** Bits; those that are longer are alike. */
const longest = 16;

/** Numbers that are about as long as the one before them. */
export class RunningNumbers {
  readonly #numbers = new NumberModel(longest + 1);
  #length = 0;

  write(coder: RangeWriter, value: number): void {
    this.#numbers.write(coder, value, this.#length);
    this.#length = Math.min(lengthOf(value), longest);
  }

  read(coder: RangeReader): number {
    const value = this.#numbers.read(coder, this.#length);
    this.#length = Math.min(lengthOf(value), longest);
    return value;
  }
}

/** More are not told by their counts. */
export const mostCounted = 2 ** 22;

/** One of so many of which each comes as often as was told before: what has come is less likely to come again. */
export class CountedChoice {
  readonly #size: number;
  /** How often what is in each part of the tree is still to come. */
  readonly #left: Int32Array;

  /** `counts`: at most `mostCounted` together. */
  constructor(counts: ArrayLike<number>) {
    this.#size = 2 ** Math.max(0, Math.ceil(Math.log2(Math.max(1, counts.length))));
    const left = new Int32Array(2 * this.#size);
    for (let at = 0; at < counts.length; at += 1) left[this.#size + at] = counts[at] ?? 0;
    for (let node = this.#size - 1; node > 0; node -= 1)
      left[node] = (left[2 * node] ?? 0) + (left[2 * node + 1] ?? 0);
    this.#left = left;
  }

  write(coder: RangeWriter, value: number): void {
    const left = this.#left;
    let before = 0;
    for (let node = this.#size + value; node > 1; node >>= 1) {
      if (node % 2 === 1) before += left[node - 1] ?? 0;
    }
    coder.part({ before, size: left[this.#size + value] ?? 0, total: left[1] ?? 0 });
  }

  /** One that there is not, where the bytes are not what was written. */
  read(coder: RangeReader): number {
    const left = this.#left;
    const total = left[1] ?? 0;
    if (total <= 0) return this.#size;
    const place = coder.place(total);
    let before = 0;
    let node = 1;
    while (node < this.#size) {
      node *= 2;
      const zeros = left[node] ?? 0;
      if (place - before < zeros) continue;
      before += zeros;
      node += 1;
    }
    const size = left[node] ?? 0;
    if (size <= 0) return this.#size;
    coder.part({ before, size, total });
    return node - this.#size;
  }

  /** It has come, told here or otherwise. */
  pass(value: number): void {
    for (let node = this.#size + value; node > 0; node >>= 1) this.#left[node] = (this.#left[node] ?? 0) - 1;
  }
}

/** Of the number in binary. Logarithms would round. */
function lengthOf(value: number): number {
  return value < 2 ** 31 ? 32 - Math.clz32(value) : 63 - Math.clz32(Math.floor(value / 2 ** 31));
}
