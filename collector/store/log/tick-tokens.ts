// The values of a tick as tokens against those of the tick before it, both ways and exactly. In: a row of values. Out: a
// few bytes where little changed. The tokens are varints:
//   odd            one entry: (token - 1) / 2 is the zig-zag difference of the scaled values
//   even, above 0  token / 2 entries that did not change
//   0, n > 0       n entries without a value
//   0, 0, f64      one entry that is no whole multiple of its series' grain, as it is
// The value that an entry is compared with counts as 0 where it is missing or too large to be scaled.

import type { RecordReader } from './record-reader.ts';
import { putVarint, type RecordWriter } from './record-writer.ts';

/** Scaled values fit 51 bits, sign included, so that a token made of a difference of two fits 53. */
const maxScaled = 2 ** 50 - 1;
const bytesPerEntry = 12;

/** `length` entries of `values`; `before` may be shorter. */
export function writeTokens(
  writer: RecordWriter,
  values: Float64Array,
  { length, scales, before }: { length: number; scales: Float64Array; before: Float64Array },
): void {
  writer.reserve(length * bytesPerEntry + 16);
  const bytes = writer.bytes;
  let at = writer.at;
  let unchanged = 0;
  for (let place = 0; place < length; place += 1) {
    const value = values[place] ?? Number.NaN;
    const old = place < before.length ? (before[place] ?? 0) : 0;
    if (value === old && place < before.length) {
      unchanged += 1;
      continue;
    }
    if (unchanged > 0) {
      at = putVarint(bytes, at, unchanged * 2);
      unchanged = 0;
    }
    const scale = scales[place] ?? 1;
    const scaled = Math.round(value * scale);
    if (scaled / scale === value && scaled <= maxScaled && scaled >= -maxScaled) {
      const delta = scaled - scaledBefore(old, scale);
      at = putVarint(bytes, at, (delta >= 0 ? delta * 2 : -delta * 2 - 1) * 2 + 1);
    } else if (Number.isNaN(value)) {
      const absent = countAbsent(values, place, length);
      bytes[at++] = 0;
      at = putVarint(bytes, at, absent);
      place += absent - 1;
    } else {
      bytes[at++] = 0;
      bytes[at++] = 0;
      at = bytes.writeDoubleLE(value, at);
    }
  }
  if (unchanged > 0) at = putVarint(bytes, at, unchanged * 2);
  writer.at = at;
}

export function readTokens(
  reader: RecordReader,
  { length, scales, before }: { length: number; scales: Float64Array; before: Float64Array },
): Float64Array<ArrayBuffer> {
  const values = new Float64Array(length);
  let place = 0;
  while (place < length) {
    const token = reader.count();
    if (token % 2 === 1) {
      const zigzag = (token - 1) / 2;
      const delta = zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
      const scale = scales[place] ?? 1;
      values[place] = (scaledBefore(before[place] ?? 0, scale) + delta) / scale;
      place += 1;
    } else if (token > 0) {
      const end = Math.min(length, place + token / 2);
      for (; place < end; place += 1) values[place] = before[place] ?? 0;
    } else {
      place = readSpecial(reader, values, place);
    }
  }
  return values;
}

function readSpecial(reader: RecordReader, values: Float64Array, place: number): number {
  const absent = reader.count();
  if (absent > 0) {
    values.fill(Number.NaN, place, place + absent);
    return place + absent;
  }
  values[place] = reader.float();
  return place + 1;
}

function scaledBefore(old: number, scale: number): number {
  const scaled = Math.round(old * scale);
  return scaled <= maxScaled && scaled >= -maxScaled ? scaled : 0;
}

function countAbsent(values: Float64Array, from: number, length: number): number {
  let end = from + 1;
  while (end < length && Number.isNaN(values[end])) end += 1;
  return end - from;
}
