// In: how many values are wanted. Out: room for them, cut from a larger piece: an array of its own for each tick costs
// more to get and to give back than everything else that is done with the tick.
//
// A piece lives as long as any tick in it, so pieces are small.

/** 32 KiB: sixteen ticks of a usual node. */
const pieceValues = 4_096;

export class ValueRoom {
  #piece = new Float64Array(0);
  #used = 0;

  /** What is in it has no meaning yet. */
  take(count: number): Float64Array {
    if (count > pieceValues / 4) return new Float64Array(count);
    if (this.#used + count > this.#piece.length) {
      this.#piece = new Float64Array(pieceValues);
      this.#used = 0;
    }
    const room = new Float64Array(this.#piece.buffer, this.#used * Float64Array.BYTES_PER_ELEMENT, count);
    this.#used += count;
    return room;
  }
}
