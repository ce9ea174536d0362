// In: planes of whole numbers, as column-format.ts says. Out: their lower and higher words, in arrays that are used again.
// It refuses (ChunkError) widths that no writer makes, and planes that are cut off.
import { isPlaneBits, planeBytes, readPlanes } from './bit-planes.ts';
import type { ByteReader } from './byte-reader.ts';
import { malformed } from './chunk-error.ts';
import { isShifted } from './column-format.ts';

const wordBits = 32;
/** Of a whole number of 53 bits, in planes. */
const widestBits = 56;

export interface Wide {
  /** There are higher words too. */
  readonly isWide: boolean;
  /** The words stand for so much. */
  readonly unit: number;
}

interface FloatBits {
  readonly shift: number;
  readonly lowBits: number;
  readonly highBits: number;
}

export class WordReader {
  readonly #reader: ByteReader;
  /** Hold what was read last. */
  low: Uint32Array = new Uint32Array(0);
  high: Uint32Array = new Uint32Array(0);

  constructor(reader: ByteReader) {
    this.#reader = reader;
  }

  readWide(count: number): Wide {
    const { bits, shift } = this.#wideBits();
    const isWide = bits > wordBits;
    this.#reserve(count, isWide);
    this.#readPlanes(this.low, count, Math.min(wordBits, bits));
    if (isWide) this.#readPlanes(this.high, count, bits - wordBits);
    return { isWide, unit: 2 ** shift };
  }

  skipWide(count: number): void {
    const { bits } = this.#wideBits();
    this.#reader.skip(
      planeBytes(count, Math.min(wordBits, bits)) + planeBytes(count, Math.max(0, bits - wordBits)),
    );
  }

  /** The halves of doubles; returns by how much the lower ones were shifted. */
  readFloats(count: number): number {
    const { shift, lowBits, highBits } = this.#floatBits();
    this.#reserve(count, true);
    this.#readPlanes(this.low, count, lowBits);
    this.#readPlanes(this.high, count, highBits);
    return shift;
  }

  skipFloats(count: number): void {
    const { lowBits, highBits } = this.#floatBits();
    this.#reader.skip(planeBytes(count, lowBits) + planeBytes(count, highBits));
  }

  #wideBits(): { bits: number; shift: number } {
    const byte = this.#reader.byte();
    const bits = this.#checkBits(byte & ~isShifted, widestBits);
    if ((byte & isShifted) === 0) return { bits, shift: 0 };
    const shift = this.#reader.byte();
    if (bits > wordBits || shift >= wordBits) throw malformed(`a shift of ${shift} bits`);
    return { bits, shift };
  }

  #floatBits(): FloatBits {
    const shift = this.#reader.byte();
    if (shift >= wordBits) throw malformed(`a shift of ${shift} bits`);
    const lowBits = this.#checkBits(this.#reader.byte(), wordBits);
    return { shift, lowBits, highBits: this.#checkBits(this.#reader.byte(), wordBits) };
  }

  #checkBits(bits: number, most: number): number {
    if (bits > most || !isPlaneBits(bits)) throw malformed(`planes of ${bits} bits`);
    return bits;
  }

  #readPlanes(words: Uint32Array, count: number, bits: number): void {
    const at = this.#reader.skip(planeBytes(count, bits));
    readPlanes(words, { count, bits }, { bytes: this.#reader.bytes, at });
  }

  #reserve(count: number, isWide: boolean): void {
    if (this.low.length < count) this.low = words(count);
    if (isWide && this.high.length < count) this.high = words(count);
  }
}

/** Not set to 0. */
function words(count: number): Uint32Array {
  const { buffer, byteOffset } = Buffer.allocUnsafe(4 * count);
  return new Uint32Array(buffer, byteOffset, count);
}
