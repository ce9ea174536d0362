// In: the times of a node's ticks in one slot, ms, ascending. Out: bytes, and back. A regular spacing costs a few bytes,
// so does each tick that is missing.
//
// Content (sealed-bytes.ts says what is around it): the number of times │ how they follow │
//   runs (1)    the first (signed) │ unit │ number of runs │ for each its spacing / unit and its length less 1
//   column (0)  one column, as column-format.ts says
// It refuses (ChunkError) what is damaged or of another format; RangeError: times that do not ascend.

import type { ByteReader } from './byte-reader.ts';
import { maxVarintBytes } from './byte-writer.ts';
import { malformed } from './chunk-error.ts';
import { maxLength } from './column-format.ts';
import { ColumnReader } from './column-reader.ts';
import { ColumnWriter } from './column-writer.ts';
import { contentWriter, seal, unseal } from './sealed-bytes.ts';

const asColumn = 0;
const asRuns = 1;

export function encodeTimes(timesMs: Float64Array): Uint8Array {
  if (timesMs.length > maxLength) throw new RangeError(`${timesMs.length} times`);
  const { changes, unit } = spacings(timesMs);
  const writer = contentWriter(64 + (2 * changes + 4) * maxVarintBytes);
  writer.varint(timesMs.length);
  if (unit === 0 || 4 * changes > timesMs.length + 8) {
    writer.byte(asColumn);
    const columns = new ColumnWriter(
      writer,
      { length: timesMs.length, decimals: 0 },
      { longest: timesMs.length },
    );
    columns.write({ values: timesMs, decimals: 0 });
    columns.end();
    return seal(writer, 'none');
  }
  writer.byte(asRuns);
  writer.signed(timesMs[0] ?? 0);
  writer.varint(unit);
  writer.varint(changes);
  let from = 1;
  for (let place = 2; place <= timesMs.length; place += 1) {
    const spacing = spacingAt(timesMs, from);
    if (place < timesMs.length && spacingAt(timesMs, place) === spacing) continue;
    writer.varint(spacing / unit);
    writer.varint(place - from - 1);
    from = place;
  }
  return seal(writer, 'none');
}

export function decodeTimes(bytes: Uint8Array): Float64Array {
  const reader = unseal(bytes);
  const length = reader.count(maxLength);
  const how = reader.byte();
  if (how === asRuns) return decodeRuns(reader, length);
  if (how !== asColumn) throw malformed(`times of kind ${how}`);
  const times = new ColumnReader(reader, { length, decimals: 0 }, { columns: 1 }).read();
  if (times === null) throw malformed('no times');
  return times;
}

function decodeRuns(reader: ByteReader, length: number): Float64Array {
  const times = new Float64Array(length);
  let time = reader.signed();
  const unit = reader.varint();
  times[0] = time;
  let at = 1;
  for (let runs = reader.count(length); runs > 0; runs -= 1) {
    const spacing = reader.varint() * unit;
    const end = at + 1 + reader.count(length - at - 1);
    for (; at < end; at += 1) {
      time += spacing;
      times[at] = time;
    }
  }
  if (at !== length) throw malformed('times that are fewer than they should be');
  return times;
}

/** How many runs of equal spacings there are, and what divides all of them; unit 0: they are no such times. */
function spacings(timesMs: Float64Array): { changes: number; unit: number } {
  let changes = 0;
  let unit = 0;
  let before = -1;
  let isWhole = isTime(timesMs[0] ?? Number.NaN);
  for (let place = 1; place < timesMs.length; place += 1) {
    const spacing = spacingAt(timesMs, place);
    if (!(spacing >= 0)) throw new RangeError('times must ascend');
    isWhole &&= isTime(timesMs[place] ?? 0);
    if (spacing === before) continue;
    changes += 1;
    before = spacing;
    if (isWhole) unit = greatestDivisor(unit, spacing);
  }
  return { changes, unit: isWhole ? Math.max(1, unit) : 0 };
}

function isTime(timeMs: number): boolean {
  return Number.isSafeInteger(timeMs * 4) && !Object.is(timeMs, -0);
}

function spacingAt(timesMs: Float64Array, place: number): number {
  return (timesMs[place] ?? 0) - (timesMs[place - 1] ?? 0);
}

function greatestDivisor(a: number, b: number): number {
  let [large, small] = [a, b];
  while (small > 0) [large, small] = [small, large % small];
  return large;
}
