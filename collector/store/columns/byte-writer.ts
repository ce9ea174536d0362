// In: small numbers. Out: bytes. Varints hold 7 bits a byte, lowest first.
// The caller reserves room first; writing itself checks nothing and allocates nothing.
import { giveBack, takeBytes } from './spare-bytes.ts';

/** A varint of a whole number below 2^53 takes at most so many bytes. */
export const maxVarintBytes = 8;

const closed = new Uint8Array(0);

export class ByteWriter {
  bytes: Uint8Array<ArrayBuffer>;
  at = 0;

  constructor(room: number) {
    this.bytes = takeBytes(room);
  }

  /** Makes room for so many more bytes. */
  reserve(room: number): void {
    if (this.at + room <= this.bytes.length) return;
    const grown = takeBytes(2 * (this.at + room));
    grown.set(this.bytes.subarray(0, this.at));
    giveBack(this.bytes);
    this.bytes = grown;
  }

  byte(value: number): void {
    this.bytes[this.at++] = value;
  }

  /** A whole number from 0 to 2^53 - 1. */
  varint(value: number): void {
    let rest = value;
    // Bit operations hold 31 bits; what is above them goes by division.
    while (rest > 0x7fffffff) {
      this.bytes[this.at++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    while (rest > 127) {
      this.bytes[this.at++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.bytes[this.at++] = rest;
  }

  /** A whole number of less than 53 bits and a sign. */
  signed(value: number): void {
    this.varint(value >= 0 ? value * 2 : -value * 2 - 1);
  }

  /** Ends the writing: bytes that are still needed have been copied. */
  close(): void {
    giveBack(this.bytes);
    this.bytes = closed;
  }

  /** Makes room itself. */
  append(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }

  /** The lower 32 bits. */
  word(value: number): void {
    for (let shift = 0; shift < 32; shift += 8) this.bytes[this.at++] = value >>> shift;
  }
}
