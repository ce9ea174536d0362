// In: a message as a plain object, its type. Out: its bytes (protobuf.dev/programming-guides/encoding). What has its
// default value is left out, as proto3 wants it, but for the members of a oneof. It refuses values of a wrong type.
import type { Field, FieldValue, MessageType } from './message-types.ts';

const usualBytes = 32 * 1024;
const longestVarint = 10;
const lengthDelimited = 2;

/** Encodes one message after another into one buffer, which grows for a large one and shrinks after it. */
export class MessageEncoder {
  #bytes = Buffer.allocUnsafeSlow(usualBytes);
  #at = 0;

  /** A copy of its own for each message. Throws TypeError. */
  encode(message: object, type: MessageType): Buffer {
    this.#at = 0;
    this.#message(message, type);
    const encoded = Buffer.from(this.#bytes.subarray(0, this.#at));
    if (this.#bytes.length > usualBytes) this.#bytes = Buffer.allocUnsafeSlow(usualBytes);
    return encoded;
  }

  #message(message: object, { fields }: MessageType): void {
    const values = message as Readonly<Record<string, unknown>>;
    for (const field of fields) {
      const value = values[field.name];
      if (value === undefined || value === null) continue;
      if (field.isRepeated) this.#list(field, value);
      else if (field.oneof !== null || !isDefault(value)) this.#field(field, value);
    }
  }

  #list(field: Field, list: unknown): void {
    if (!Array.isArray(list)) throw new TypeError(`${field.name} is no list`);
    if (list.length === 0) return;
    const { kind } = field.value;
    if (kind === 'string' || kind === 'bytes' || kind === 'message') {
      for (const item of list) this.#field(field, item);
      return;
    }
    this.#tag(field.id, lengthDelimited);
    const start = this.#open();
    for (const item of list) this.#number(field, item);
    this.#close(start);
  }

  #field(field: Field, value: unknown): void {
    const { kind } = field.value;
    if (kind === 'message' || kind === 'string' || kind === 'bytes') {
      this.#tag(field.id, lengthDelimited);
      this.#delimited(field.name, field.value, value);
    } else {
      this.#tag(field.id, 0);
      this.#number(field, value);
    }
  }

  #delimited(name: string, declared: FieldValue, value: unknown): void {
    const { kind } = declared;
    if (kind === 'message' && isObject(value)) {
      const start = this.#open();
      this.#message(value, declared.type);
      this.#close(start);
    } else if (kind === 'string' && typeof value === 'string') {
      const length = Buffer.byteLength(value);
      this.#varint(length);
      this.#reserve(length);
      this.#at += this.#bytes.write(value, this.#at);
    } else if (kind === 'bytes' && value instanceof Uint8Array) {
      this.#varint(value.length);
      this.#reserve(value.length);
      this.#bytes.set(value, this.#at);
      this.#at += value.length;
    } else {
      throw new TypeError(`${name} is no ${kind}`);
    }
  }

  #number({ name, value: declared }: Field, value: unknown): void {
    const number = declared.kind === 'enum' ? declared.type.numbers.get(value) : numberOf(value);
    if (number === undefined) throw new TypeError(`${name} is no ${declared.kind}`);
    const whole = wholeOf(number);
    if (whole >= 0) this.#varint(whole);
    else this.#negative(whole);
  }

  #tag(id: number, wireType: number): void {
    this.#varint(id * 8 + wireType);
  }

  /** Room for a length of one byte; where the content begins. */
  #open(): number {
    this.#reserve(1);
    this.#at += 1;
    return this.#at;
  }

  /** Writes the length before the content, which moves when one byte is too small for it. */
  #close(start: number): void {
    const length = this.#at - start;
    if (length > 127) {
      const extra = varintBytes(length) - 1;
      this.#reserve(extra);
      this.#bytes.copyWithin(start + extra, start, this.#at);
    }
    this.#at = start - 1;
    this.#varint(length);
    this.#at += length;
  }

  #varint(value: number): void {
    this.#reserve(longestVarint);
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

  /** Two's complement of 64 bits: ten bytes. */
  #negative(value: number): void {
    this.#reserve(longestVarint);
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest > 127n) {
      this.#bytes[this.#at++] = Number(rest & 127n) | 128;
      rest >>= 7n;
    }
    this.#bytes[this.#at++] = Number(rest);
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow((this.#at + bytes) * 2);
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}

function isDefault(value: unknown): boolean {
  return (
    value === 0 || value === '' || value === false || (value instanceof Uint8Array && value.length === 0)
  );
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' || typeof value === 'boolean' ? Number(value) : undefined;
}

/** What is behind the point is cut off, what is no number is 0: a clock must not end a stream. */
function wholeOf(value: number): number {
  if (Number.isNaN(value)) return 0;
  return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Math.trunc(value)));
}

function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest > 127; rest = Math.floor(rest / 128)) bytes += 1;
  return bytes;
}
