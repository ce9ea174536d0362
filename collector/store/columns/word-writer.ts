// In: whole numbers from 0 to 2^53 - 1, or doubles. Out: their planes, as column-format.ts says, appended to a writer. The
// caller reserves room first.
import { bitsOf, planeBits, writePlanes } from './bit-planes.ts';
import type { ByteWriter } from './byte-writer.ts';
import { isShifted } from './column-format.ts';

const wordBits = 32;
const wordRange = 2 ** wordBits;

export class WordWriter {
  readonly #writer: ByteWriter;
  readonly #low: Uint32Array;
  readonly #high: Uint32Array;

  /** `low` and `high` are used for each writing. */
  constructor(writer: ByteWriter, low: Uint32Array, high: Uint32Array) {
    this.#writer = writer;
    this.#low = low;
    this.#high = high;
  }

  /** The first `count` numbers, none of which is above `most`. */
  writeWide(numbers: Float64Array, count: number, most: number): void {
    if (most < wordRange) return this.#writeNarrow(numbers, count, most);
    const low = this.#low;
    const high = this.#high;
    for (let place = 0; place < count; place += 1) {
      const number = numbers[place] ?? 0;
      low[place] = number;
      high[place] = number / wordRange;
    }
    const highBits = planeBits(bitsOf(Math.floor(most / wordRange)));
    this.#writer.byte(wordBits + highBits);
    this.#planes(low, count, wordBits);
    this.#planes(high, count, highBits);
  }

  /** Doubles, each XOR the one before. */
  writeFloats(numbers: Float64Array, count: number): void {
    const halves = new Uint32Array(numbers.buffer, numbers.byteOffset, 2 * count);
    const low = this.#low;
    const high = this.#high;
    let lowBefore = 0;
    let highBefore = 0;
    let lowAll = 0;
    let highAll = 0;
    for (let place = 0; place < count; place += 1) {
      const lowNow = halves[2 * place] ?? 0;
      const highNow = halves[2 * place + 1] ?? 0;
      low[place] = lowNow ^ lowBefore;
      high[place] = highNow ^ highBefore;
      lowAll |= lowNow ^ lowBefore;
      highAll |= highNow ^ highBefore;
      lowBefore = lowNow;
      highBefore = highNow;
    }
    const shift = trailingZeros(lowAll);
    if (shift > 0) shiftRight(low, count, shift);
    const lowBits = planeBits(bitsOf(lowAll >>> shift));
    const highBits = planeBits(bitsOf(highAll >>> 0));
    for (const byte of [shift, lowBits, highBits]) this.#writer.byte(byte);
    this.#planes(low, count, lowBits);
    this.#planes(high, count, highBits);
  }

  #writeNarrow(numbers: Float64Array, count: number, most: number): void {
    const low = this.#low;
    let all = 0;
    for (let place = 0; place < count; place += 1) {
      const word = numbers[place] ?? 0;
      low[place] = word;
      all |= word;
    }
    // Memory comes in pages, disks write sectors: zeros at the end of all numbers.
    const shift = trailingZeros(all);
    const bits = planeBits(bitsOf((most >>> shift) >>> 0));
    if (shift > 0) {
      shiftRight(low, count, shift);
      this.#writer.byte(bits | isShifted);
      this.#writer.byte(shift);
    } else {
      this.#writer.byte(bits);
    }
    this.#planes(low, count, bits);
  }

  #planes(words: Uint32Array, count: number, bits: number): void {
    this.#writer.at = writePlanes(words, { count, bits }, this.#writer);
  }
}

function shiftRight(words: Uint32Array, count: number, shift: number): void {
  for (let place = 0; place < count; place += 1) words[place] = (words[place] ?? 0) >>> shift;
}

function trailingZeros(word: number): number {
  return word === 0 ? 0 : 31 - Math.clz32(word & -word);
}
