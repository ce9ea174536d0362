// The values of a tick as tokens against those of the tick before it, both ways and exactly. In: a row of values. Out: a
// few bytes where little changed; -0 counts as 0. The tokens are varints:
//   odd            one entry: (token - 1) / 2 is the zig-zag difference of the scaled values
//   even, above 0  token / 2 entries that did not change
//   0, n > 0       n entries without a value
//   0, 0, f64      one entry that is no whole multiple of its series' grain, as it is
// The value that an entry is compared with counts as 0 where it is missing or too large to be scaled.

import { putVarint } from '../../../shared/varint.ts';
import type { RecordReader } from './record-reader.ts';
import type { RecordWriter } from './record-writer.ts';

/** Scaled values fit 51 bits, sign included, so that a token made of a difference of two fits 53. */
const maxScaled = 2 ** 50 - 1;
const bytesPerEntry = 12;

/** Tokens of smaller differences are made of 31 bits. */
const smallDelta = 2 ** 28;

/** `length` entries of `values`; `before` may be shorter. */
export function writeTokens(
  writer: RecordWriter,
  values: Float64Array,
  { length, scales, before }: { length: number; scales: Float64Array; before: Float64Array },
): void {
  writer.reserve(length * bytesPerEntry + 16);
  const bytes = writer.bytes;
  const comparable = Math.min(length, before.length);
  let at = writer.at;
  let place = 0;
  while (place < length) {
    const first = place;
    while (place < comparable && values[place] === before[place]) place += 1;
    if (place > first) at = putVarint(bytes, at, (place - first) * 2);
    if (place >= length) break;
    const value = values[place] ?? 0;
    const scale = scales[place] ?? 1;
    const scaled = Math.round(value * scale);
    if (scaled / scale === value && scaled <= maxScaled && scaled >= -maxScaled) {
      const old = place < comparable ? scaledBefore(before[place] ?? 0, scale) : 0;
      at = putDelta(bytes, at, scaled - old);
      place += 1;
    } else {
      writer.at = at;
      place = writeSpecial(writer, values, { place, length });
      at = writer.at;
    }
  }
  writer.at = at;
}

export interface ReadOptions {
  readonly length: number;
  readonly scales: Float64Array;
  readonly before: Float64Array;
  /** As `scaledValues` makes it of what is before; holds the scaled values afterwards. */
  readonly scaled: Float64Array;
}

/** `values` are zeros before. */
export function readTokens(reader: RecordReader, values: Float64Array, options: ReadOptions): void {
  const { length, scales, before, scaled } = options;
  values.set(before.length > length ? before.subarray(0, length) : before);
  const bytes = reader.bytes;
  let at = reader.at;
  let place = 0;
  while (place < length) {
    let token = bytes[at++] ?? 0;
    if (token > 127) {
      let shift = 7;
      let byte = 128;
      for (token &= 127; byte > 127 && shift < 28; shift += 7) {
        byte = bytes[at++] ?? 0;
        token |= (byte & 127) << shift;
      }
      if (byte > 127) {
        reader.at = at;
        const whole = (scaled[place] ?? 0) + deltaOf(token + reader.count() * 2 ** 28);
        at = reader.at;
        scaled[place] = whole;
        values[place] = whole / (scales[place] ?? 1);
        place += 1;
        continue;
      }
    }
    if ((token & 1) === 1) {
      const whole = (scaled[place] ?? 0) + ((token >>> 2) ^ -((token >>> 1) & 1));
      scaled[place] = whole;
      values[place] = whole / (scales[place] ?? 1);
      place += 1;
    } else if (token > 0) {
      // They are there already.
      place += token >>> 1;
    } else {
      reader.at = at;
      place = readSpecial(reader, { ...options, values }, place);
      at = reader.at;
    }
  }
  reader.at = at;
}

/** What the tokens of a tick are differences from. */
export function scaledValues(before: Float64Array, scales: Float64Array, length: number): Float64Array {
  const scaled = new Float64Array(length);
  const known = Math.min(length, before.length);
  for (let place = 0; place < known; place += 1) {
    scaled[place] = scaledBefore(before[place] ?? 0, scales[place] ?? 1);
  }
  return scaled;
}

function putDelta(bytes: Uint8Array, place: number, delta: number): number {
  if (delta >= smallDelta || delta <= -smallDelta) {
    return putVarint(bytes, place, (delta >= 0 ? delta * 2 : -delta * 2 - 1) * 2 + 1);
  }
  const small = delta | 0;
  let token = (((small << 1) ^ (small >> 31)) << 1) | 1;
  let at = place;
  while (token > 127) {
    bytes[at++] = (token & 127) | 128;
    token >>>= 7;
  }
  bytes[at++] = token;
  return at;
}

/** Of a token that says a difference. */
function deltaOf(token: number): number {
  const zigzag = (token - 1) / 2;
  return zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
}

function writeSpecial(
  writer: RecordWriter,
  values: Float64Array,
  { place, length }: { readonly place: number; readonly length: number },
): number {
  const value = values[place] ?? Number.NaN;
  writer.bytes[writer.at++] = 0;
  if (!Number.isNaN(value)) {
    writer.bytes[writer.at++] = 0;
    writer.at = writer.bytes.writeDoubleLE(value, writer.at);
    return place + 1;
  }
  let end = place + 1;
  while (end < length && Number.isNaN(values[end])) end += 1;
  writer.at = putVarint(writer.bytes, writer.at, end - place);
  return end;
}

function readSpecial(
  reader: RecordReader,
  { values, scaled, scales }: ReadOptions & { readonly values: Float64Array },
  place: number,
): number {
  const absent = reader.count();
  if (absent > 0) {
    values.fill(Number.NaN, place, place + absent);
    scaled.fill(0, place, place + absent);
    return place + absent;
  }
  const value = reader.float();
  values[place] = value;
  scaled[place] = scaledBefore(value, scales[place] ?? 1);
  return place + 1;
}

function scaledBefore(old: number, scale: number): number {
  const scaled = Math.round(old * scale);
  return scaled <= maxScaled && scaled >= -maxScaled ? scaled : 0;
}
