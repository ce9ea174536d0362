// In: the samples of one series, or its buckets on a finer grid. Out: its buckets on a grid.
//
// A growth belongs to the bucket of the later of two samples. Two samples that lie further apart than the lookback have
// a gap between them, unless their neighbours lie as far apart: what grew over a gap belongs to no bucket. That does not
// depend on the grid, so buckets made of finer buckets are those that would be made of the samples.
import type { MetricKind } from '../../../shared/model/metric.ts';
import type { BucketGrid, Buckets, CounterBuckets, GaugeBuckets, Samples } from '../buckets.ts';
import { allToWholes, toWholes } from './exact-scale.ts';
import { maxWhole } from './scaled-column.ts';

/** More ticks than this in a row are missing only when something is wrong. */
const maxGapIntervals = 3;
/** An agent does not widen its interval beyond this: wider spacings are always gaps. */
const widestIntervalMs = 60_000;

export interface RollUpOptions {
  /** Neighbours further apart than this have a gap between them: a few intervals of the node. */
  readonly lookbackMs: number;
  /** As in SeriesDefinition. With it sums and increases are exact multiples of 10^-decimals. */
  readonly decimals?: number;
  /** The sample before the first one; what a counter grew since then is counted too. */
  readonly before?: { readonly timeMs: number; readonly value: number };
}

/** Samples outside of the grid count in no bucket. */
export function rollUp(
  kind: MetricKind,
  samples: Samples,
  grid: BucketGrid,
  options: RollUpOptions,
): Buckets {
  return kind === 'gauge' ? rollUpGauge(samples, grid, options) : rollUpCounter(samples, grid, options);
}

export function emptyGauge(count: number): GaugeBuckets {
  return {
    kind: 'gauge',
    counts: new Float64Array(count),
    sums: unknown(count),
    minima: unknown(count),
    maxima: unknown(count),
    lasts: unknown(count),
  };
}

export function emptyCounter(count: number): CounterBuckets {
  return {
    kind: 'counter',
    counts: new Float64Array(count),
    lasts: unknown(count),
    increases: unknown(count),
    spansMs: new Float64Array(count),
    minRates: unknown(count),
    maxRates: unknown(count),
  };
}

/** Number of the bucket that a moment lies in; outside of 0 … count - 1 when it lies in none. */
export function bucketOf({ firstMs, stepMs }: BucketGrid, timeMs: number): number {
  return Math.ceil((timeMs - firstMs) / stepMs);
}

function rollUpGauge(
  { timesMs, values }: Samples,
  grid: BucketGrid,
  { decimals }: RollUpOptions,
): GaugeBuckets {
  const buckets = emptyGauge(grid.count);
  const { wholes, scale } = toWholes(values, decimals);
  forEachBucket(timesMs, grid, (bucket, from, to) => {
    let sum = 0;
    let min = Number.POSITIVE_INFINITY;
    let max = Number.NEGATIVE_INFINITY;
    for (let place = from; place < to; place += 1) {
      const value = wholes[place] ?? 0;
      sum += value;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    buckets.counts[bucket] = to - from;
    buckets.sums[bucket] = sum / scale;
    buckets.minima[bucket] = min / scale;
    buckets.maxima[bucket] = max / scale;
    buckets.lasts[bucket] = values[to - 1] ?? Number.NaN;
  });
  return buckets;
}

function rollUpCounter(
  { timesMs, values }: Samples,
  grid: BucketGrid,
  options: RollUpOptions,
): CounterBuckets {
  const { before, lookbackMs, decimals } = options;
  const buckets = emptyCounter(grid.count);
  const { arrays, scale } = allToWholes([values, Float64Array.of(before?.value ?? 0)], decimals, maxWhole);
  const [wholes = values, first] = arrays;
  const beforeAllMs = before?.timeMs ?? Number.POSITIVE_INFINITY;
  forEachBucket(timesMs, grid, (bucket, from, to) => {
    let increase = 0;
    let spanMs = 0;
    let min = Number.POSITIVE_INFINITY;
    let max = Number.NEGATIVE_INFINITY;
    let timeBeforeMs = from > 0 ? (timesMs[from - 1] ?? 0) : beforeAllMs;
    let valueBefore = (from > 0 ? wholes[from - 1] : first?.[0]) ?? 0;
    for (let place = from; place < to; place += 1) {
      const timeMs = timesMs[place] ?? 0;
      const value = wholes[place] ?? 0;
      const spacingMs = timeMs - timeBeforeMs;
      if (spacingMs > 0 && (spacingMs <= lookbackMs || isUsual(spacingMs, timesMs, { place, beforeAllMs }))) {
        const growth = value < valueBefore ? value : value - valueBefore;
        const rate = (1000 * growth) / spacingMs;
        increase += growth;
        spanMs += spacingMs;
        if (rate < min) min = rate;
        if (rate > max) max = rate;
      }
      timeBeforeMs = timeMs;
      valueBefore = value;
    }
    buckets.counts[bucket] = to - from;
    buckets.lasts[bucket] = values[to - 1] ?? Number.NaN;
    if (spanMs === 0) return;
    buckets.spansMs[bucket] = spanMs;
    buckets.increases[bucket] = increase / scale;
    buckets.minRates[bucket] = min / scale;
    buckets.maxRates[bucket] = max / scale;
  });
  return buckets;
}

/** Tells of each bucket that has samples where they begin and end. */
function forEachBucket(
  timesMs: Float64Array,
  grid: BucketGrid,
  use: (bucket: number, from: number, to: number) => void,
): void {
  let from = 0;
  while (from < timesMs.length) {
    const bucket = bucketOf(grid, timesMs[from] ?? 0);
    const endMs = grid.firstMs + bucket * grid.stepMs;
    let to = from + 1;
    while (to < timesMs.length && (timesMs[to] ?? 0) <= endMs) to += 1;
    if (bucket >= 0 && bucket < grid.count) use(bucket, from, to);
    from = to;
  }
}

/** True when so wide a spacing is no gap, because one beside it is of its kind: the node measured less often. */
function isUsual(
  spanMs: number,
  timesMs: Float64Array,
  { place, beforeAllMs }: { place: number; beforeAllMs: number },
): boolean {
  const at = (other: number): number => (other === -1 ? beforeAllMs : (timesMs[other] ?? Number.NaN));
  const besideMs = [at(place - 1) - at(place - 2), at(place + 1) - at(place)].map(withinWidest);
  return spanMs <= maxGapIntervals * Math.max(...besideMs);
}

/** 0: there is none, or it is a gap for certain. */
function withinWidest(spacingMs: number): number {
  return spacingMs <= widestIntervalMs ? spacingMs : 0;
}

function unknown(count: number): Float64Array {
  return new Float64Array(count).fill(Number.NaN);
}
