// In: numbers. Out: the bytes of MetricTick.values (metric.proto documents the tokens).
// The caller reserves room first; writing itself checks nothing and allocates nothing.

const bytesPerEntry = 16;

/** Scaled values must fit 51 bits, sign included, so that a token made of a difference of two fits 53. */
export const maxScaled = 2 ** 50 - 1;

export class TokenWriter {
  #bytes = new Uint8Array(4096);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;

  /** Begins anew, with room for the tokens of so many entries. */
  reserve(entries: number): void {
    this.#at = 0;
    const needed = (entries + 1) * bytesPerEntry;
    if (this.#bytes.length >= needed) return;
    this.#bytes = new Uint8Array(needed * 2);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** The next entry changed by so much. */
  change(delta: number): void {
    this.#varint((delta >= 0 ? delta * 2 : -delta * 2 - 1) * 2 + 1);
  }

  /** The next `count` entries did not change. */
  unchanged(count: number): void {
    this.#varint(count * 2);
  }

  /** The next `count` entries have no value. */
  absent(count: number): void {
    this.#bytes[this.#at++] = 0;
    this.#bytes[this.#at++] = 1;
    this.#varint(count);
  }

  /** The next entry is this number. */
  number(value: number): void {
    this.#bytes[this.#at++] = 0;
    this.#bytes[this.#at++] = 2;
    this.#view.setFloat64(this.#at, value, true);
    this.#at += 8;
  }

  /** A copy of what was written. */
  take(): Uint8Array {
    return this.#bytes.slice(0, this.#at);
  }

  #varint(value: number): void {
    let rest = value;
    // Bit operations hold 31 bits; what is above them goes by division.
    while (rest > 0x7fffffff) {
      this.#bytes[this.#at++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    while (rest > 127) {
      this.#bytes[this.#at++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.#bytes[this.#at++] = rest;
  }
}
