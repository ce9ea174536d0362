// In: buckets of one series, as a file has them. Out: they are added to a row of a frame whose buckets are as long or longer.
// The rules are those of columns/merge-buckets.ts; here nothing is allocated for a series.
import type { BucketGrid, Buckets, CounterBuckets, GaugeBuckets } from '../buckets.ts';
import type { CountedTimes } from './frame-samples.ts';
import type { FrameRow } from './rolled-frame.ts';

/** Of each bucket of a chunk its bucket in the grid; -1: in none. */
export type BucketPlaces = Int32Array;

const allTimes: CountedTimes = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };

/** `within`: those that reach beyond it are in none. */
export function placesOf(
  slot: BucketGrid,
  { firstMs, stepMs, count }: BucketGrid,
  within: CountedTimes = allTimes,
): BucketPlaces {
  const places = new Int32Array(slot.count);
  for (let place = 0; place < places.length; place += 1) {
    const endMs = slot.firstMs + place * slot.stepMs;
    const isWithin = endMs - slot.stepMs + 1 >= within.fromMs && endMs <= within.toMs;
    const bucket = Math.ceil((endMs - firstMs) / stepMs);
    places[place] = isWithin && bucket >= 0 && bucket < count ? bucket : -1;
  }
  return places;
}

/** Parts must be added in the order of time: the last one has the last word. */
export function addBuckets(row: FrameRow, count: number, buckets: Buckets, places: BucketPlaces): void {
  if (buckets.kind === 'gauge') addGauge(row, count, buckets, places);
  else addCounter(row, count, buckets, places);
}

function addGauge(row: FrameRow, count: number, part: GaugeBuckets, places: BucketPlaces): void {
  const { values: into, from, fields } = row;
  const { counts, sums, minima, maxima, lasts } = part;
  for (let place = 0; place < counts.length; place += 1) {
    const bucket = places[place] ?? -1;
    const samples = counts[place] ?? 0;
    if (bucket < 0 || samples === 0) continue;
    const known = into[from + bucket] ?? 0;
    into[from + bucket] = known + samples;
    const sum = from + fields.sums * count + bucket;
    into[sum] = known === 0 ? (sums[place] ?? 0) : (into[sum] ?? 0) + (sums[place] ?? 0);
    if (fields.minima < 0) continue;
    lower(into, from + fields.minima * count + bucket, minima[place]);
    raise(into, from + fields.maxima * count + bucket, maxima[place]);
    into[from + fields.lasts * count + bucket] = lasts[place] ?? Number.NaN;
  }
}

function addCounter(row: FrameRow, count: number, part: CounterBuckets, places: BucketPlaces): void {
  const { values: into, from, fields } = row;
  const { counts, lasts, increases, spansMs, minRates, maxRates } = part;
  for (let place = 0; place < counts.length; place += 1) {
    const bucket = places[place] ?? -1;
    const samples = counts[place] ?? 0;
    if (bucket < 0 || samples === 0) continue;
    into[from + bucket] = (into[from + bucket] ?? 0) + samples;
    if (fields.lasts >= 0) into[from + fields.lasts * count + bucket] = lasts[place] ?? Number.NaN;
    const spanMs = spansMs[place] ?? 0;
    if (spanMs === 0) continue;
    const span = from + fields.spansMs * count + bucket;
    const increase = from + fields.increases * count + bucket;
    const known = into[span] ?? 0;
    into[span] = known + spanMs;
    into[increase] = known === 0 ? (increases[place] ?? 0) : (into[increase] ?? 0) + (increases[place] ?? 0);
    if (fields.minRates < 0) continue;
    lower(into, from + fields.minRates * count + bucket, minRates[place]);
    raise(into, from + fields.maxRates * count + bucket, maxRates[place]);
  }
}

// NaN stands for nothing yet.

function lower(into: Float64Array, at: number, value = Number.NaN): void {
  if (!((into[at] ?? Number.NaN) <= value)) into[at] = value;
}

function raise(into: Float64Array, at: number, value = Number.NaN): void {
  if (!((into[at] ?? Number.NaN) >= value)) into[at] = value;
}
