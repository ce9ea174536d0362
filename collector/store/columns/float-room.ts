// In: how long arrays are to be. Out: arrays that share their memory in large pieces: to allocate a short one by itself costs
// more than to fill it.
import { giveBack, takeBytes } from './spare-bytes.ts';

const usualValues = 8192;

export class FloatRoom {
  /** The last one is in use. */
  readonly #pieces: Uint8Array<ArrayBuffer>[] = [];
  readonly #pieceValues: number;
  #from: number;
  #scratch = new Float64Array(0);

  /** `values`: how many will be taken, if that is known and they are few. */
  constructor(values = usualValues) {
    this.#pieceValues = Math.min(values, usualValues);
    this.#from = this.#pieceValues;
  }

  /** Zeros. */
  take(length: number): Float64Array<ArrayBuffer> {
    return this.#part(length).fill(0);
  }

  unknown(length: number): Float64Array {
    return this.#part(length).fill(Number.NaN);
  }

  /** The same memory each time, whatever is in it. */
  scratch(length: number): Float64Array {
    if (this.#scratch.length < length) this.#scratch = new Float64Array(length);
    return this.#scratch;
  }

  /** Nothing that was taken so far is needed any more. */
  clear(): void {
    for (const piece of this.#pieces) giveBack(piece);
    this.#pieces.length = 0;
    this.#from = this.#pieceValues;
  }

  /** Whatever is in it. */
  #part(length: number): Float64Array<ArrayBuffer> {
    const values = this.#pieceValues;
    if (length > values) return new Float64Array(length);
    let piece = this.#pieces.at(-1);
    if (piece === undefined || this.#from + length > values) {
      piece = values < usualValues ? new Uint8Array(8 * values) : takeBytes(8 * values);
      this.#pieces.push(piece);
      this.#from = 0;
    }
    const part = new Float64Array(piece.buffer, piece.byteOffset + 8 * this.#from, length);
    this.#from += length;
    return part;
  }
}
