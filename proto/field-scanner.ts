// In: the bytes of a message. Out: its fields one after another, as their tags tell how they lie there; nothing is copied.
// It refuses (RangeError) what ends too early, and what can be no field.

/** A part of the bytes. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

const longestVarint = 10;

export class FieldScanner {
  readonly #bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  span(end: number): Span {
    const to = this.open(end);
    const from = this.at;
    this.at = to;
    return { from, to };
  }

  /** Where what comes now ends. */
  open(end: number): number {
    const length = this.varint(end);
    if (length > end - this.at) throw tooEarly();
    return this.at + length;
  }

  /** Above 2^53 only nearly right. */
  varint(end: number): number {
    const bytes = this.#bytes;
    let value = 0;
    let scale = 1;
    for (let count = 0; count < longestVarint; count += 1) {
      if (this.at >= end) throw tooEarly();
      const byte = bytes[this.at++] ?? 0;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
    throw new RangeError('a number of more than ten bytes');
  }

  signed(end: number): number {
    const start = this.at;
    const value = this.varint(end);
    // Ten bytes hold the sign.
    if (this.at - start < longestVarint) return value;
    let whole = 0n;
    for (let i = 0; i < longestVarint; i += 1) {
      whole |= BigInt((this.#bytes[start + i] ?? 0) & 127) << BigInt(7 * i);
    }
    return Number(BigInt.asIntN(64, whole));
  }

  skip(wireType: number, end: number): void {
    if (wireType === 0) this.varint(end);
    else if (wireType === 2) this.at = this.open(end);
    else if (wireType === 1 || wireType === 5) this.at += wireType === 1 ? 8 : 4;
    else throw new RangeError(`no field can be of wire type ${wireType}`);
    if (this.at > end) throw tooEarly();
  }
}

function tooEarly(): RangeError {
  return new RangeError('a message that ends too early');
}
