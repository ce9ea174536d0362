// In: the bytes of MetricTick.values (metric.proto documents the tokens), the scale of each series, its value before.
// Out: the values, and the values before the next tick. It refuses (WireError) bytes that end within a number, numbers
// that no double holds exactly, tokens that cover more entries than there are, and values that are not finite.
//
// One loop with the varint written out: a collector spends most of its time with streams here.
import { maxScaled } from './token-writer.ts';
import { malformed } from './wire-error.ts';

const field = 'metrics.ticks.values';

/** Where the tokens lie. */
export interface Tokens {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly to: number;
}

/** Fills `values` from its beginning; returns how many it has set. `previous` is brought up to date. */
export function readTick(
  { bytes, from, to }: Tokens,
  scales: Float64Array,
  previous: Float64Array,
  values: Float64Array,
): number {
  const size = scales.length;
  let at = from;
  let place = 0;
  while (at < to) {
    let token = bytes[at++] ?? 0;
    if (token > 127) {
      const end = endOfVarint(bytes, at, to);
      token = end - at < 4 ? smallVarint(bytes, at - 1, end) : largeVarint(bytes, at - 1, end);
      at = end;
    }
    if (token % 2 === 1) {
      if (place >= size) throw beyond(place, 1, size);
      const scaled = (previous[place] ?? 0) + deltaOf(token);
      if (scaled > maxScaled || scaled < -maxScaled) throw malformed(field, 'a value of more than 51 bits');
      previous[place] = scaled;
      values[place] = scaled / (scales[place] ?? 1);
      place += 1;
    } else if (token > 0) {
      const end = place + token / 2;
      if (end > size) throw beyond(place, token / 2, size);
      for (; place < end; place += 1) values[place] = (previous[place] ?? 0) / (scales[place] ?? 1);
    } else {
      const special = readSpecial({ bytes, from: at, to }, place, { size, previous, values });
      at = special.at;
      place = special.place;
    }
  }
  return place;
}

/** Changes travel as zig-zag, one bit above the mark. */
function deltaOf(token: number): number {
  if (token < 0x7fffffff) return (token >>> 2) ^ -((token >>> 1) & 1);
  const zigzag = (token - 1) / 2;
  return zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
}

interface Row {
  readonly size: number;
  readonly previous: Float64Array;
  readonly values: Float64Array;
}

function readSpecial(
  { bytes, from, to }: Tokens,
  place: number,
  { size, previous, values }: Row,
): { at: number; place: number } {
  const [operation, from2] = readVarint(bytes, from, to);
  if (operation === 1) {
    const [count, at] = readVarint(bytes, from2, to);
    if (count < 1 || place + count > size) throw beyond(place, count, size);
    values.fill(Number.NaN, place, place + count);
    return { at, place: place + count };
  }
  if (operation !== 2) throw malformed(field, `unknown operation ${operation}`);
  if (place >= size) throw beyond(place, 1, size);
  if (from2 + 8 > to) throw malformed(field, 'ends within a number');
  const value = new DataView(bytes.buffer, bytes.byteOffset + from2, 8).getFloat64(0, true);
  if (!Number.isFinite(value)) throw malformed(field, `${value} is not finite`);
  previous[place] = 0;
  values[place] = value;
  return { at: from2 + 8, place: place + 1 };
}

function readVarint(bytes: Uint8Array, from: number, to: number): readonly [value: number, at: number] {
  if (from >= to) throw malformed(field, 'ends within a number');
  const first = bytes[from] ?? 0;
  if (first < 128) return [first, from + 1];
  const end = endOfVarint(bytes, from + 1, to);
  return [largeVarint(bytes, from, end), end];
}

/** Behind the last byte of a varint of which `at` is the second. */
function endOfVarint(bytes: Uint8Array, at: number, to: number): number {
  for (let end = at; end < to; end += 1) {
    if (end - at > 6) throw malformed(field, 'a number of more than 8 bytes');
    if ((bytes[end] ?? 0) < 128) return end + 1;
  }
  throw malformed(field, to - at > 6 ? 'a number of more than 8 bytes' : 'ends within a number');
}

/** At most four bytes: 28 bits. */
function smallVarint(bytes: Uint8Array, from: number, end: number): number {
  let value = 0;
  for (let at = end - 1; at >= from; at -= 1) value = (value << 7) | ((bytes[at] ?? 0) & 127);
  return value;
}

function largeVarint(bytes: Uint8Array, from: number, end: number): number {
  let value = 0;
  for (let at = end - 1; at >= from; at -= 1) value = value * 128 + ((bytes[at] ?? 0) & 127);
  if (value > Number.MAX_SAFE_INTEGER) throw malformed(field, 'a number of more than 53 bits');
  return value;
}

function beyond(place: number, count: number, size: number): Error {
  return malformed(field, `${count} entries from place ${place} of ${size}`);
}
