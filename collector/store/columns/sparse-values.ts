// In: arrays with an entry for each bucket, of which some hold nothing. Out: those that hold something, one after another.
// Where all do the array itself is given, not a copy.
import type { FloatRoom } from './float-room.ts';
import { maxWhole } from './scaled-column.ts';

/** Where the counts are above 0. */
export function placesOf(counts: Float64Array): Int32Array {
  const places = new Int32Array(counts.length);
  let found = 0;
  for (let place = 0; place < counts.length; place += 1)
    if ((counts[place] ?? 0) > 0) places[found++] = place;
  return found === places.length ? places : places.subarray(0, found);
}

export function compact(values: Float64Array, places: Int32Array, room?: FloatRoom): Float64Array {
  if (places.length === values.length) return values;
  const compacted = room?.take(places.length) ?? new Float64Array(places.length);
  for (let entry = 0; entry < places.length; entry += 1) {
    compacted[entry] = values[places[entry] ?? 0] ?? Number.NaN;
  }
  return compacted;
}

/** undefined: one is no whole number of 10^-decimals. */
export function wholesOf(values: Float64Array, decimals: number, room: FloatRoom): Float64Array | undefined {
  const scale = 10 ** decimals;
  const wholes = room.take(values.length);
  for (let entry = 0; entry < values.length; entry += 1) {
    const value = values[entry] ?? 0;
    const whole = Math.round(value * scale);
    if (whole / scale !== value || whole > maxWhole || whole < -maxWhole) return undefined;
    if (value === 0 && Object.is(value, -0)) return undefined;
    wholes[entry] = whole;
  }
  return wholes;
}
