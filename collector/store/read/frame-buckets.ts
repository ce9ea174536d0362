// In: buckets of one series, as a file has them. Out: they are added to a row of a frame whose buckets are as long or longer.
// The rules are those of columns/merge-buckets.ts; here nothing is allocated for a series.
import type { BucketGrid, Buckets, CounterBuckets, GaugeBuckets } from '../buckets.ts';
import { counterFields, type FrameRow, gaugeFields } from './rolled-frame.ts';

/** Of each bucket of a chunk its bucket in the grid; -1: in none. */
export type BucketPlaces = Int32Array;

export function placesOf(endsMs: Float64Array, { firstMs, stepMs, count }: BucketGrid): BucketPlaces {
  return Int32Array.from(endsMs, (endMs) => {
    const bucket = Math.ceil((endMs - firstMs) / stepMs);
    return bucket >= 0 && bucket < count ? bucket : -1;
  });
}

/** Parts must be added in the order of time: the last one has the last word. */
export function addBuckets(row: FrameRow, count: number, buckets: Buckets, places: BucketPlaces): void {
  if (buckets.kind === 'gauge') addGauge(row, count, buckets, places);
  else addCounter(row, count, buckets, places);
}

function addGauge(
  { values: into, from }: FrameRow,
  count: number,
  part: GaugeBuckets,
  places: BucketPlaces,
): void {
  const { counts, sums, minima, maxima, lasts } = part;
  for (let place = 0; place < counts.length; place += 1) {
    const bucket = places[place] ?? -1;
    const samples = counts[place] ?? 0;
    if (bucket < 0 || samples === 0) continue;
    const known = into[from + bucket] ?? 0;
    into[from + bucket] = known + samples;
    into[from + gaugeFields.lasts * count + bucket] = lasts[place] ?? Number.NaN;
    const sum = from + gaugeFields.sums * count + bucket;
    into[sum] = known === 0 ? (sums[place] ?? 0) : (into[sum] ?? 0) + (sums[place] ?? 0);
    lower(into, from + gaugeFields.minima * count + bucket, minima[place]);
    raise(into, from + gaugeFields.maxima * count + bucket, maxima[place]);
  }
}

function addCounter(
  { values: into, from }: FrameRow,
  count: number,
  part: CounterBuckets,
  places: BucketPlaces,
): void {
  const { counts, lasts, increases, spansMs, minRates, maxRates } = part;
  for (let place = 0; place < counts.length; place += 1) {
    const bucket = places[place] ?? -1;
    const samples = counts[place] ?? 0;
    if (bucket < 0 || samples === 0) continue;
    into[from + bucket] = (into[from + bucket] ?? 0) + samples;
    into[from + counterFields.lasts * count + bucket] = lasts[place] ?? Number.NaN;
    const spanMs = spansMs[place] ?? 0;
    if (spanMs === 0) continue;
    const spans = from + counterFields.spansMs * count + bucket;
    const increase = from + counterFields.increases * count + bucket;
    const known = into[spans] ?? 0;
    into[spans] = known + spanMs;
    into[increase] = known === 0 ? (increases[place] ?? 0) : (into[increase] ?? 0) + (increases[place] ?? 0);
    lower(into, from + counterFields.minRates * count + bucket, minRates[place]);
    raise(into, from + counterFields.maxRates * count + bucket, maxRates[place]);
  }
}

// NaN stands for nothing yet.

function lower(into: Float64Array, at: number, value = Number.NaN): void {
  if (!((into[at] ?? Number.NaN) <= value)) into[at] = value;
}

function raise(into: Float64Array, at: number, value = Number.NaN): void {
  if (!((into[at] ?? Number.NaN) >= value)) into[at] = value;
}
