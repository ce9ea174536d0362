// Values of DER (X.690, 8 and 10), as X.509 is made of them. In: bytes, hostile. Out: tags and contents, one level at a time.
// It refuses what is not DER: lengths that are not the shortest, or unknown; tags of more than one byte; what ends too early.

export interface DerValue {
  /** Class, form and number in one byte. */
  readonly tag: number;
  readonly content: Uint8Array;
}

/** Class and form included. */
export const derTag = {
  boolean: 0x01,
  octetString: 0x04,
  objectIdentifier: 0x06,
  sequence: 0x30,
} as const;

/** All values that stand one after another in these bytes. Throws RangeError. */
export function readValues(bytes: Uint8Array): readonly DerValue[] {
  const values: DerValue[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = byteAt(bytes, at);
    if ((tag & 0x1f) === 0x1f) throw new RangeError('DER: a tag of more than one byte');
    const { length, next } = readLength(bytes, at + 1);
    if (length > bytes.length - next) throw new RangeError('DER: a value ends too early');
    values.push({ tag, content: bytes.subarray(next, next + length) });
    at = next + length;
  }
  return values;
}

/** The one value in these bytes, which must be of this tag. Throws RangeError. */
export function readOne(bytes: Uint8Array, tag: number): Uint8Array {
  const [value, ...more] = readValues(bytes);
  if (value?.tag !== tag || more.length > 0) throw new RangeError(`DER: not one value of tag ${tag}`);
  return value.content;
}

function readLength(bytes: Uint8Array, at: number): { length: number; next: number } {
  const first = byteAt(bytes, at);
  if (first < 0x80) return { length: first, next: at + 1 };
  const count = first & 0x7f;
  // Three bytes hold more than any certificate; none of them would be a length that comes later.
  if (count === 0 || count > 3) throw new RangeError('DER: a length that is unknown or too long');
  let length = 0;
  for (let place = 1; place <= count; place += 1) length = length * 256 + byteAt(bytes, at + place);
  if (length < 0x80 || length < 256 ** (count - 1))
    throw new RangeError('DER: a length that is not the shortest');
  return { length, next: at + 1 + count };
}

function byteAt(bytes: Uint8Array, at: number): number {
  const byte = bytes[at];
  if (byte === undefined) throw new RangeError('DER: bytes end too early');
  return byte;
}
