// In: the bytes of one record. Out: the numbers and texts in it. It refuses (RangeError) bytes that end too early: the
// checksum was right, so it is a bug or another format.

export class RecordReader {
  bytes: Buffer = Buffer.alloc(0);
  at = 0;

  open(bytes: Buffer): void {
    this.bytes = bytes;
    this.at = 0;
  }

  byte(): number {
    const byte = this.bytes[this.at];
    if (byte === undefined) throw new RangeError('a record ends within a number');
    this.at += 1;
    return byte;
  }

  count(): number {
    let value = 0;
    let shift = 0;
    for (;;) {
      const byte = this.byte();
      value = shift < 28 ? value | ((byte & 127) << shift) : value + (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
      shift += 7;
      if (shift > 49) throw new RangeError('a number of more than 8 bytes');
    }
  }

  signed(): number {
    const value = this.count();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  float(): number {
    const value = this.bytes.readDoubleLE(this.at);
    this.at += 8;
    return value;
  }

  /** A part of the record. */
  part(length: number): Buffer {
    const end = this.at + length;
    if (end > this.bytes.length) throw new RangeError('a record ends too early');
    const part = this.bytes.subarray(this.at, end);
    this.at = end;
    return part;
  }

  text(): string {
    const end = this.count() + this.at;
    if (end > this.bytes.length) throw new RangeError('a record ends within a text');
    const text = this.bytes.toString('utf8', this.at, end);
    this.at = end;
    return text;
  }
}
