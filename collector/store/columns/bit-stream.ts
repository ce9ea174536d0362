// In: whole numbers of so many bits. Out: those bits one behind the other, lowest first, and back. Whoever reads checks first
// that all bytes are there.
import type { ByteWriter } from './byte-writer.ts';

/** At most so many at once: with those that wait for their byte they are one word. */
export const maxBits = 24;

/** The caller reserves room in the writer first. */
export class BitWriter {
  readonly #writer: ByteWriter;
  #waiting = 0;
  #count = 0;

  constructor(writer: ByteWriter) {
    this.#writer = writer;
  }

  put(value: number, bits: number): void {
    this.#waiting |= value << this.#count;
    for (this.#count += bits; this.#count >= 8; this.#count -= 8) {
      this.#writer.byte(this.#waiting);
      this.#waiting >>>= 8;
    }
  }

  /** Fills the last byte. */
  end(): void {
    if (this.#count > 0) this.put(0, 8 - this.#count);
  }
}

export class BitReader {
  readonly #bytes: Uint8Array;
  #at: number;
  #waiting = 0;
  #count = 0;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  take(bits: number): number {
    for (; this.#count < bits; this.#count += 8)
      this.#waiting |= (this.#bytes[this.#at++] ?? 0) << this.#count;
    const value = this.#waiting & ((1 << bits) - 1);
    this.#waiting >>>= bits;
    this.#count -= bits;
    return value;
  }
}
