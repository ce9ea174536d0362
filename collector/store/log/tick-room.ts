// In: how long arrays are to be. Out: arrays whose memory is used again once the caller says so: what is read node by node is
// needed only until the node is written, and to give memory back costs more than to fill it.

const pieceValues = 8192;

export class TickRoom {
  readonly #pieces: Float64Array<ArrayBuffer>[] = [];
  /** How many pieces are in use; of the last one, how many values. */
  #used = 0;
  #from = pieceValues;

  /** Zeros. */
  take(length: number): Float64Array<ArrayBuffer> {
    if (length > pieceValues) return new Float64Array(length);
    if (this.#from + length > pieceValues) {
      this.#used += 1;
      this.#from = 0;
    }
    const piece = (this.#pieces[this.#used - 1] ??= new Float64Array(pieceValues));
    const taken = new Float64Array(piece.buffer, 8 * this.#from, length);
    this.#from += length;
    return taken.fill(0);
  }

  /** Nothing that was taken so far is needed any more. */
  reuse(): void {
    this.#used = 0;
    this.#from = pieceValues;
  }
}
