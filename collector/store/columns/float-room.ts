// In: how long arrays are to be. Out: arrays that share their memory in large pieces: to allocate a short one by itself costs
// more than to fill it. A piece is given back when none of its arrays is in use any more.

const maxPieceValues = 8192;

export class FloatRoom {
  readonly #pieceValues: number;
  #piece = new Float64Array(0);
  #from = 0;
  #scratch = new Float64Array(0);

  /** `values`: how many will be taken, about. */
  constructor(values = maxPieceValues) {
    this.#pieceValues = Math.min(values, maxPieceValues);
  }

  /** Zeros. */
  take(length: number): Float64Array<ArrayBuffer> {
    if (length > this.#pieceValues) return new Float64Array(length);
    if (this.#from + length > this.#piece.length) {
      this.#piece = new Float64Array(this.#pieceValues);
      this.#from = 0;
    }
    const taken = new Float64Array(this.#piece.buffer, 8 * this.#from, length);
    this.#from += length;
    return taken;
  }

  unknown(length: number): Float64Array {
    return this.take(length).fill(Number.NaN);
  }

  /** The same memory each time, whatever is in it. */
  scratch(length: number): Float64Array {
    if (this.#scratch.length < length) this.#scratch = new Float64Array(length);
    return this.#scratch;
  }
}
