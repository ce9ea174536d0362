// In: the bytes of MetricTick.values. Out: one number after the other. It refuses bytes that end within a number, and
// numbers that no double holds exactly.
import { malformed } from './wire-error.ts';

const field = 'metrics.ticks.values';

export class TokenReader {
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;

  open(bytes: Buffer): void {
    this.#bytes = bytes;
    this.#at = 0;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  varint(): number {
    const bytes = this.#bytes;
    let value = 0;
    let shift = 0;
    for (;;) {
      const byte = bytes[this.#at];
      if (byte === undefined) throw malformed(field, 'ends within a number');
      this.#at += 1;
      value = shift < 28 ? value | ((byte & 127) << shift) : value + (byte & 127) * 2 ** shift;
      if (byte < 128) break;
      shift += 7;
      if (shift > 49) throw malformed(field, 'a number of more than 8 bytes');
    }
    if (value > Number.MAX_SAFE_INTEGER) throw malformed(field, 'a number of more than 53 bits');
    return value;
  }

  float(): number {
    if (this.#at + 8 > this.#bytes.length) throw malformed(field, 'ends within a number');
    const value = this.#bytes.readDoubleLE(this.#at);
    this.#at += 8;
    return value;
  }
}
