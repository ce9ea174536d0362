// In: bytes, the type of the message. Out: a plain object in which every field has a value: numbers for 64 bits, words
// for enums, null for a message that is missing, the name of the set member for each oneof. Fields that are not known
// are passed over. It refuses bytes that end too early or are no message.
import type { Field, MessageType } from './message-types.ts';

/** Deeper than any message of the protocol: a message may be made to hold itself. */
const deepest = 16;

/** Throws RangeError. */
export function decodeMessage(bytes: Uint8Array, type: MessageType): object {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return new MessageReader(buffer).message(type, buffer.length, 0);
}

class MessageReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  message(type: MessageType, end: number, depth: number): object {
    if (depth > deepest) throw new RangeError('messages within messages without end');
    const values = defaultsOf(type);
    while (this.#at < end) {
      const tag = this.#unsigned(end);
      const field = type.byId.get(Math.floor(tag / 8));
      if (field === undefined || !fits(field, tag % 8)) this.#skip(tag % 8, end);
      else this.#field(values, field, { isDelimited: tag % 8 === 2, end, depth });
    }
    return values;
  }

  #field(
    values: Record<string, unknown>,
    field: Field,
    { isDelimited, end, depth }: { isDelimited: boolean; end: number; depth: number },
  ): void {
    const { name, oneof, isRepeated } = field;
    if (!isRepeated) {
      if (oneof !== null) {
        for (const member of oneof.members) delete values[member];
        values[oneof.name] = name;
      }
      values[name] = this.#value(field, end, depth);
      return;
    }
    const list = values[name] as unknown[];
    if (isDelimited && isNumber(field)) {
      const listEnd = this.#delimitedEnd(end);
      while (this.#at < listEnd) list.push(this.#value(field, listEnd, depth));
    } else {
      list.push(this.#value(field, end, depth));
    }
  }

  #value({ value }: Field, end: number, depth: number): unknown {
    switch (value.kind) {
      case 'message':
        return this.message(value.type, this.#delimitedEnd(end), depth + 1);
      case 'string':
        return this.#take(end).toString('utf8');
      case 'bytes':
        return Buffer.from(this.#take(end));
      case 'enum': {
        const number = this.#signed(end);
        return value.type.names.get(number) ?? number;
      }
      case 'bool':
        return this.#unsigned(end) !== 0;
      case 'uint32':
        return this.#unsigned(end) >>> 0;
      case 'uint64':
        return this.#unsigned(end);
      case 'int32':
      case 'int64':
        return this.#signed(end);
    }
  }

  #take(end: number): Buffer {
    const start = this.#delimitedEnd(end);
    const from = this.#at;
    this.#at = start;
    return this.#bytes.subarray(from, start);
  }

  #delimitedEnd(end: number): number {
    const length = this.#unsigned(end);
    if (length > end - this.#at) throw new RangeError('a message that ends too early');
    return this.#at + length;
  }

  #signed(end: number): number {
    const start = this.#at;
    const value = this.#unsigned(end);
    // Ten bytes hold the sign.
    if (this.#at - start < 10) return value;
    let whole = 0n;
    for (let i = 0; i < 10; i += 1) whole |= BigInt((this.#bytes[start + i] ?? 0) & 127) << BigInt(7 * i);
    return Number(BigInt.asIntN(64, whole));
  }

  /** Above 2^53 only nearly right. */
  #unsigned(end: number): number {
    let value = 0;
    let scale = 1;
    for (let count = 0; count < 10; count += 1) {
      if (this.#at >= end) throw new RangeError('a message that ends too early');
      const byte = this.#bytes[this.#at++] ?? 0;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
    throw new RangeError('a number of more than ten bytes');
  }

  #skip(wireType: number, end: number): void {
    if (wireType === 0) this.#unsigned(end);
    else if (wireType === 2) this.#at = this.#delimitedEnd(end);
    else if (wireType === 1 || wireType === 5) this.#at += wireType === 1 ? 8 : 4;
    else throw new RangeError(`no field can be of wire type ${wireType}`);
    if (this.#at > end) throw new RangeError('a message that ends too early');
  }
}

function fits(field: Field, wireType: number): boolean {
  if (isNumber(field)) return wireType === 0 || (wireType === 2 && field.isRepeated);
  return wireType === 2;
}

function isNumber({ value: { kind } }: Field): boolean {
  return kind !== 'message' && kind !== 'string' && kind !== 'bytes';
}

function defaultsOf({ fields }: MessageType): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const field of fields) {
    if (field.oneof === null) values[field.name] = field.isRepeated ? [] : defaultOf(field);
  }
  return values;
}

function defaultOf({ value }: Field): unknown {
  if (value.kind === 'message') return null;
  if (value.kind === 'string') return '';
  if (value.kind === 'bytes') return Buffer.alloc(0);
  if (value.kind === 'bool') return false;
  return value.kind === 'enum' ? (value.type.names.get(0) ?? 0) : 0;
}
