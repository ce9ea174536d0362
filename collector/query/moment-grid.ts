// In: a moment or a range. Out: the grid that tells most about it at the least cost.
import type { BucketGrid } from '../store/buckets.ts';
import type { TimeSpan } from './range.ts';
import { lastMs, sampleGrid } from './sample-grid.ts';

const minuteMs = 60_000;

/** A range is looked at in at least so many buckets: its ends are rounded by one of them at most. */
const leastBuckets = 12;
const stepsMs: readonly number[] = [1, 10, 60, 600, 3600, 21_600, 86_400].map((seconds) => seconds * 1000);

/** The minute in which a moment lies and the one before it, for the samples of a minute may be missing. */
export function momentGrid(atMs: number): BucketGrid {
  const lastMinuteMs = Math.ceil(atMs / minuteMs) * minuteMs;
  return { firstMs: lastMinuteMs - minuteMs, stepMs: minuteMs, count: 2 };
}

/** Of two such buckets the later one that has samples; -1: there are none. */
export function momentPlace(counts: Float64Array): number {
  if ((counts[1] ?? 0) > 0) return 1;
  return (counts[0] ?? 0) > 0 ? 0 : -1;
}

/** Coarse buckets that lie in the range; only its ends may be rounded. */
export function coarseGrid({ fromMs, toMs }: TimeSpan): BucketGrid {
  const stepMs = stepsMs.findLast((step) => (toMs - fromMs) / step >= leastBuckets) ?? 1000;
  const grid = sampleGrid(fromMs + stepMs, toMs, stepMs);
  // Buckets that end after the range are left out unless that would leave none.
  const tooLong = lastMs(grid) > toMs && grid.count > 1 ? 1 : 0;
  return { ...grid, count: Math.max(1, grid.count - tooLong) };
}
