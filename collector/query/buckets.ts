// In: the raw samples of one series and a grid. Out: one value for each bucket; null where there is none, never 0.
import type { SeriesData } from '../store/store.ts';
import { bucketOf, type SampleGrid } from './sample-grid.ts';
import { isMeasuredLessOften, spacingBeside, widestIntervalMs } from './spacing.ts';

/** More ticks than this in a row are missing only when something is wrong. */
export const maxGapIntervals = 3;

export type RawSamples = Pick<SeriesData, 'timesMs' | 'values'>;
export type BucketValues = readonly (number | null)[];

/** Mean of the samples in each bucket: for gauges. */
export function averages(samples: RawSamples, grid: SampleGrid): BucketValues {
  const sums = new Float64Array(grid.count);
  const counts = new Uint32Array(grid.count);
  forEachSample(samples, grid, (bucket, place) => {
    sums[bucket] = (sums[bucket] ?? 0) + (samples.values[place] ?? 0);
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  });
  return Array.from(sums, (sum, bucket) => quotient(sum, counts[bucket] ?? 0));
}

/** Last sample of each bucket: for raw counters. */
export function lasts(samples: RawSamples, grid: SampleGrid): BucketValues {
  const values = Array.from<number | null>({ length: grid.count }).fill(null);
  forEachSample(samples, grid, (bucket, place) => {
    values[bucket] = samples.values[place] ?? null;
  });
  return values;
}

/**
 * Increase per second of a counter in each bucket, from the sample before the bucket to the last one in it, over the
 * time between these two: so the buckets tile the time, and their increases add up to the counter's. A value that
 * fell has counted from 0 again. A sample before the bucket that is older than `lookbackMs` lies beyond a gap, unless
 * its neighbours lie as far apart: what grew over a gap belongs to no bucket.
 */
export function rates(samples: RawSamples, grid: SampleGrid, lookbackMs: number): BucketValues {
  const { timesMs, values } = samples;
  const increases = new Float64Array(grid.count);
  const spansMs = new Float64Array(grid.count);
  forEachSample(samples, grid, (bucket, place) => {
    if (place === 0) return;
    const beforeMs = timesMs[place - 1] ?? 0;
    const before = values[place - 1] ?? 0;
    const value = values[place] ?? 0;
    const bucketBeginMs = grid.firstMs + (bucket - 1) * grid.stepMs;
    const ageMs = bucketBeginMs - beforeMs;
    if (ageMs > lookbackMs && ageMs > maxGapIntervals * spacingBeside(timesMs, place)) return;
    increases[bucket] = (increases[bucket] ?? 0) + (value < before ? value : value - before);
    spansMs[bucket] = (spansMs[bucket] ?? 0) + (timesMs[place] ?? 0) - beforeMs;
  });
  return Array.from(increases, (increase, bucket) => quotient(increase, (spansMs[bucket] ?? 0) / 1000));
}

/**
 * Where a node measured less often than the buckets are long, a bucket without a sample shows what the next sample
 * says, for that one stands for the time since the one before. A gap stays a gap.
 */
export function bridgeWideSpacings(
  values: BucketValues,
  { timesMs }: Pick<RawSamples, 'timesMs'>,
  { grid, intervalMs }: { readonly grid: SampleGrid; readonly intervalMs: number },
): BucketValues {
  if (grid.stepMs >= widestIntervalMs) return values;
  const bridged = [...values];
  let before = bucketOf(grid, timesMs[0] ?? 0);
  for (let place = 1; place < timesMs.length; place += 1) {
    const bucket = bucketOf(grid, timesMs[place] ?? 0);
    if (bucket > before + 1 && isMeasuredLessOften(timesMs, place, Math.max(intervalMs, grid.stepMs / 2))) {
      bridged.fill(
        values[bucket] ?? null,
        Math.max(0, before + 1),
        Math.max(0, Math.min(bucket, grid.count)),
      );
    }
    before = bucket;
  }
  return bridged;
}

function forEachSample(
  { timesMs }: RawSamples,
  grid: SampleGrid,
  use: (bucket: number, place: number) => void,
): void {
  // A counting loop: this one runs a million times for a page of charts.
  for (let place = 0; place < timesMs.length; place += 1) {
    const bucket = bucketOf(grid, timesMs[place] ?? 0);
    if (bucket >= 0 && bucket < grid.count) use(bucket, place);
  }
}

function quotient(sum: number, by: number): number | null {
  return by === 0 ? null : sum / by;
}
