// In: the samples of one series, or its buckets on a finer grid. Out: its buckets on a grid.
//
// A growth belongs to the bucket of the later of two samples. Two samples that lie further apart than the lookback have
// a gap between them, unless their neighbours lie as far apart: what grew over a gap belongs to no bucket. That does not
// depend on the grid, so buckets made of finer buckets are those that would be made of the samples.
import type { MetricKind } from '../../../shared/model/metric.ts';
import type { BucketGrid, Buckets, CounterBuckets, GaugeBuckets, Samples } from '../buckets.ts';
import { divide, exactScale } from './exact-scale.ts';

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

function rollUpGauge(samples: Samples, grid: BucketGrid, { decimals }: RollUpOptions): GaugeBuckets {
  const { timesMs, values } = samples;
  const buckets = emptyGauge(grid.count);
  const { counts, sums, minima, maxima, lasts } = buckets;
  const scale = exactScale(decimals, [values]);
  for (let place = 0; place < timesMs.length; place += 1) {
    const bucket = bucketOf(grid, timesMs[place] ?? 0);
    if (bucket < 0 || bucket >= grid.count) continue;
    const value = values[place] ?? 0;
    const whole = scale === 1 ? value : Math.round(value * scale);
    if (counts[bucket] === 0) {
      sums[bucket] = whole;
      minima[bucket] = value;
      maxima[bucket] = value;
    } else {
      sums[bucket] = (sums[bucket] ?? 0) + whole;
      if (value < (minima[bucket] ?? 0)) minima[bucket] = value;
      if (value > (maxima[bucket] ?? 0)) maxima[bucket] = value;
    }
    counts[bucket] = (counts[bucket] ?? 0) + 1;
    lasts[bucket] = value;
  }
  if (scale !== 1) divide(sums, scale);
  return buckets;
}

function rollUpCounter(samples: Samples, grid: BucketGrid, options: RollUpOptions): CounterBuckets {
  const { timesMs, values } = samples;
  const { before, lookbackMs, decimals } = options;
  const buckets = emptyCounter(grid.count);
  const known = before === undefined ? [values] : [values, Float64Array.of(before.value)];
  const scale = exactScale(decimals, known);
  let beforeMs = before?.timeMs ?? Number.NaN;
  let spacingBeforeMs = 0;
  let beforeWhole = scale === 1 ? (before?.value ?? 0) : Math.round((before?.value ?? 0) * scale);
  for (let place = 0; place < timesMs.length; place += 1) {
    const timeMs = timesMs[place] ?? 0;
    const value = values[place] ?? 0;
    const whole = scale === 1 ? value : Math.round(value * scale);
    // NaN where there is no sample before: then neither comparison holds.
    const spanMs = timeMs - beforeMs;
    const bucket = bucketOf(grid, timeMs);
    if (bucket >= 0 && bucket < grid.count) {
      buckets.counts[bucket] = (buckets.counts[bucket] ?? 0) + 1;
      buckets.lasts[bucket] = value;
      const spacingAfterMs = (timesMs[place + 1] ?? Number.NaN) - timeMs;
      if (spanMs > 0 && (spanMs <= lookbackMs || isUsual(spanMs, spacingBeforeMs, spacingAfterMs))) {
        addGrowth(buckets, bucket, { increase: whole < beforeWhole ? whole : whole - beforeWhole, spanMs });
      }
    }
    spacingBeforeMs = spanMs;
    beforeMs = timeMs;
    beforeWhole = whole;
  }
  if (scale !== 1)
    for (const array of [buckets.increases, buckets.minRates, buckets.maxRates]) divide(array, scale);
  return buckets;
}

/** True when so wide a spacing is no gap, because one beside it is of its kind: the node measured less often. */
function isUsual(spanMs: number, beforeMs: number, afterMs: number): boolean {
  const besideMs = Math.max(withinWidest(beforeMs), withinWidest(afterMs));
  return spanMs <= maxGapIntervals * besideMs;
}

function withinWidest(spacingMs: number): number {
  return spacingMs <= widestIntervalMs ? spacingMs : 0;
}

function addGrowth(
  { increases, spansMs, minRates, maxRates }: CounterBuckets,
  bucket: number,
  { increase, spanMs }: { increase: number; spanMs: number },
): void {
  const rate = increase / (spanMs / 1000);
  if (spansMs[bucket] === 0) {
    increases[bucket] = increase;
    minRates[bucket] = rate;
    maxRates[bucket] = rate;
  } else {
    increases[bucket] = (increases[bucket] ?? 0) + increase;
    if (rate < (minRates[bucket] ?? 0)) minRates[bucket] = rate;
    if (rate > (maxRates[bucket] ?? 0)) maxRates[bucket] = rate;
  }
  spansMs[bucket] = (spansMs[bucket] ?? 0) + spanMs;
}

function unknown(count: number): Float64Array {
  return new Float64Array(count).fill(Number.NaN);
}
