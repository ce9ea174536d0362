// In: how many bytes there will be at most. Out: room for them, cut from a larger piece as `ValueRoom` does it.

const pieceBytes = 32 * 1024;

export class ByteRoom {
  #piece = new Uint8Array(0);
  #used = 0;

  /** Room that nobody uses, at `at`, for so many bytes. What is not taken then is given again. */
  reserve(most: number): { readonly bytes: Uint8Array; readonly at: number } {
    if (this.#used + most > this.#piece.length) {
      this.#piece = new Uint8Array(Math.max(pieceBytes, most));
      this.#used = 0;
    }
    return { bytes: this.#piece, at: this.#used };
  }

  /** What was written up to here. */
  take(end: number): Uint8Array {
    const taken = this.#piece.subarray(this.#used, end);
    this.#used = end;
    return taken;
  }
}
