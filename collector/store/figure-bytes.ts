// Figures as few bytes, and back exactly. In: numbers that most often are small multiples of a grain: 1e-4 of a core,
// 1024 bytes, 1. Out: bytes. A varint (7 bits a byte, lowest first) holds multiple * 2; the single byte 1 says that the
// value is no such multiple and follows as f64, little-endian.
// It refuses (RangeError) bytes that end too early.

/** A value is `count * of / by`: two whole numbers, because 1e-4 itself is not exact. */
export interface Grain {
  readonly of: number;
  readonly by: number;
}

const widest = 9;
const asItIs = 1;

export class FigureWriter {
  #bytes = Buffer.alloc(1024);
  #at = 0;

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#at++] = value;
  }

  /** A whole number from 0 to 2^53 - 1. */
  count(value: number): void {
    this.#reserve(widest);
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#at++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#at++] = rest;
  }

  figure(value: number, { of, by }: Grain): void {
    const count = Math.round((value * by) / of);
    if (count >= 0 && count < 2 ** 51 && (count * of) / by === value) return this.count(count * 2);
    this.#reserve(widest);
    this.#bytes[this.#at] = asItIs;
    this.#at = this.#bytes.writeDoubleLE(value, this.#at + 1);
  }

  end(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    this.#bytes = Buffer.concat([this.#bytes, Buffer.alloc(this.#bytes.length)]);
  }
}

export class FigureReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  byte(): number {
    return this.#bytes.readUInt8(this.#at++);
  }

  count(): number {
    let value = 0;
    for (let weight = 1; weight < 2 ** 56; weight *= 0x80) {
      const byte = this.byte();
      value += (byte & 0x7f) * weight;
      if (byte < 0x80) return value;
    }
    throw new RangeError('a count of more than 8 bytes');
  }

  figure({ of, by }: Grain): number {
    const count = this.count();
    if (count !== asItIs) return ((count / 2) * of) / by;
    const value = this.#bytes.readDoubleLE(this.#at);
    this.#at += 8;
    return value;
  }
}
