// In: numbers and text. Out: the bytes of one record. Whole numbers are varints, 7 bits a byte, lowest first.
//
// Invariant: what `take` gave is valid until the next `begin`.
import { putVarint } from '../../../shared/varint.ts';

const firstRoom = 64 * 1024;

export class RecordWriter {
  /** Whoever writes into it directly has reserved the room before, and sets `at` behind what was written. */
  bytes = Buffer.allocUnsafe(firstRoom);
  at = 0;

  begin(): void {
    this.at = 0;
  }

  reserve(room: number): void {
    const needed = this.at + room;
    if (needed <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(larger, 0, 0, this.at);
    this.bytes = larger;
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.at++] = value;
  }

  count(value: number): void {
    this.reserve(9);
    this.at = putVarint(this.bytes, this.at, value);
  }

  /** A whole number of either sign. */
  signed(value: number): void {
    this.count(value >= 0 ? value * 2 : -value * 2 - 1);
  }

  float(value: number): void {
    this.reserve(8);
    this.at = this.bytes.writeDoubleLE(value, this.at);
  }

  text(value: string): void {
    const length = Buffer.byteLength(value);
    this.count(length);
    this.reserve(length);
    this.at += this.bytes.write(value, this.at);
  }

  append(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }

  /** The same in memory of its own. */
  copy(): Buffer {
    const copied = Buffer.allocUnsafe(this.at);
    this.bytes.copy(copied, 0, 0, this.at);
    return copied;
  }

  take(): Buffer {
    return this.bytes.subarray(0, this.at);
  }
}
