// The token format of MetricTick.values, documented in proto/jidi/v1/metric.proto: varints t, where
//   odd: the next value changed by zigzag(t >> 1); even > 0: the next t >> 1 values did not change;
//   0 op n: op 1, the next n values are absent; 0 op f64: op 2, the next value as it is.
import { malformed } from './wire-error.ts';

/** Scaled values and changes beyond this travel as they are; a token then stays below 2^53. */
export const maxScaled = 2 ** 50;

const opAbsent = 1;
const opPlain = 2;

/** Writes tokens into one buffer that grows and is used again. */
export class TokenWriter {
  #buffer = Buffer.allocUnsafe(4096);
  #length = 0;

  begin(): void {
    this.#length = 0;
  }

  change(delta: number): void {
    this.#varint((delta >= 0 ? delta * 2 : -delta * 2 - 1) * 2 + 1);
  }

  unchanged(count: number): void {
    this.#varint(count * 2);
  }

  absent(count: number): void {
    this.#escape(opAbsent);
    this.#varint(count);
  }

  plain(value: number): void {
    this.#escape(opPlain);
    this.#reserve(8);
    this.#length = this.#buffer.writeDoubleLE(value, this.#length);
  }

  /** A copy of what was written since `begin`. */
  bytes(): Buffer {
    return Buffer.from(this.#buffer.subarray(0, this.#length));
  }

  #escape(op: number): void {
    this.#reserve(2);
    this.#buffer[this.#length++] = 0;
    this.#buffer[this.#length++] = op;
  }

  #varint(value: number): void {
    this.#reserve(8);
    let rest = value;
    while (rest >= 0x80) {
      this.#buffer[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#buffer[this.#length++] = rest;
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(this.#buffer.length * 2);
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}

export interface TokenSink {
  change(delta: number): void;
  unchanged(count: number): void;
  absent(count: number): void;
  plain(value: number): void;
}

/** Reads every token into the sink. Throws WireError on bytes that are no tokens. */
export function readTokens(bytes: Uint8Array, sink: TokenSink): void {
  const reader = new TokenReader(bytes);
  while (!reader.atEnd) {
    const token = reader.varint();
    if (token === 0) readEscape(reader, sink);
    else if (token % 2 === 0) sink.unchanged(token / 2);
    else {
      const zigzag = (token - 1) / 2;
      sink.change(zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2);
    }
  }
}

function readEscape(reader: TokenReader, sink: TokenSink): void {
  const op = reader.byte();
  if (op === opAbsent) sink.absent(reader.varint());
  else if (op === opPlain) sink.plain(reader.double());
  else throw malformed('values', `unknown operation ${op}`);
}

class TokenReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw malformed('values', 'ends within a token');
    return byte;
  }

  varint(): number {
    let byte = this.byte();
    if (byte < 0x80) return byte;
    let value = byte & 0x7f;
    let weight = 0x80;
    while (true) {
      byte = this.byte();
      value += (byte & 0x7f) * weight;
      if (byte < 0x80) break;
      weight *= 0x80;
      if (weight > 2 ** 49) throw malformed('values', 'number of more than 8 bytes');
    }
    if (!Number.isSafeInteger(value)) throw malformed('values', 'number of more than 53 bits');
    return value;
  }

  double(): number {
    if (this.#at + 8 > this.#bytes.length) throw malformed('values', 'ends within a number');
    const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset + this.#at, 8);
    this.#at += 8;
    return view.getFloat64(0, true);
  }
}
