// In: bytes that a ByteWriter wrote, checked before. Out: numbers.
// It refuses (ChunkError) to read past the end.
import { malformed } from './chunk-error.ts';

export class ByteReader {
  readonly bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.at >= this.bytes.length;
  }

  byte(): number {
    const byte = this.bytes[this.at++];
    if (byte === undefined) throw malformed('it ends too early');
    return byte;
  }

  varint(): number {
    let value = 0;
    for (let weight = 1; weight < 2 ** 56; weight *= 128) {
      const byte = this.byte();
      value += (byte & 127) * weight;
      if (byte < 128) return value;
    }
    throw malformed('a number of more than 8 bytes');
  }

  /** A varint that must not be above `most`. */
  count(most: number): number {
    const value = this.varint();
    if (value > most) throw malformed(`${value}, where at most ${most} can be`);
    return value;
  }

  signed(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  word(): number {
    return (this.byte() | (this.byte() << 8) | (this.byte() << 16) | (this.byte() << 24)) >>> 0;
  }

  /** A reader of the next bytes alone; they are passed over. */
  part(length: number): ByteReader {
    const from = this.skip(length);
    return new ByteReader(this.bytes.subarray(from, from + length));
  }

  /** Where so many bytes begin; they are passed over. */
  skip(length: number): number {
    const from = this.at;
    if (length > this.bytes.length - from) throw malformed('it ends too early');
    this.at = from + length;
    return from;
  }
}
