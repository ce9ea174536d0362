// In: times of samples, and a grid. Out: where the samples of each bucket begin and end, and over which time a counter has
// grown up to each sample. All series of a node share its times, so this is found out once for all of them.
//
// A growth belongs to the bucket of the later of two samples. Two samples that lie further apart than the lookback have
// a gap between them, unless their neighbours lie as far apart: what grew over a gap belongs to no bucket. That does not
// depend on the grid, so buckets made of finer buckets are those that would be made of the samples.
import type { BucketGrid } from '../buckets.ts';

/** More ticks than this in a row are missing only when something is wrong. */
const maxGapIntervals = 3;
/** An agent does not widen its interval beyond this: wider spacings are always gaps. */
const widestIntervalMs = 60_000;

export interface BucketAxis {
  /** Of the grid. */
  readonly count: number;
  /** Time of the sample before the first one; infinite: there is none. */
  readonly beforeMs: number;
  /** For each bucket that has samples: its number, where they begin and where they end. */
  readonly parts: Int32Array;
  /** For each sample, ms since the one before; 0: there is a gap, or none before. */
  readonly spacingsMs: Float64Array;
  /** Of the parts: the spacing of all samples in it; 0: not all have the same one. */
  readonly evenMs: Float64Array;
}

/** Number of the bucket that a moment lies in; outside of 0 … count - 1 when it lies in none. */
export function bucketOf({ firstMs, stepMs }: BucketGrid, timeMs: number): number {
  return Math.ceil((timeMs - firstMs) / stepMs);
}

/** Samples outside of the grid are in no bucket. */
export function createAxis(
  timesMs: Float64Array,
  grid: BucketGrid,
  { lookbackMs, beforeMs = Number.POSITIVE_INFINITY }: { lookbackMs: number; beforeMs?: number | undefined },
): BucketAxis {
  const spacingsMs = new Float64Array(timesMs.length);
  for (let place = 0; place < timesMs.length; place += 1) {
    const spacingMs = (timesMs[place] ?? 0) - ((place > 0 ? timesMs[place - 1] : beforeMs) ?? 0);
    if (!(spacingMs > 0)) continue;
    if (spacingMs <= lookbackMs || isUsual(spacingMs, timesMs, { place, beforeMs }))
      spacingsMs[place] = spacingMs;
  }
  const parts: number[] = [];
  const evenMs: number[] = [];
  let from = 0;
  while (from < timesMs.length) {
    const bucket = bucketOf(grid, timesMs[from] ?? 0);
    const endMs = grid.firstMs + bucket * grid.stepMs;
    let to = from + 1;
    while (to < timesMs.length && (timesMs[to] ?? 0) <= endMs) to += 1;
    if (bucket >= 0 && bucket < grid.count) {
      parts.push(bucket, from, to);
      evenMs.push(evenSpacing(spacingsMs, from, to));
    }
    from = to;
  }
  return {
    count: grid.count,
    beforeMs,
    parts: Int32Array.from(parts),
    spacingsMs,
    evenMs: Float64Array.from(evenMs),
  };
}

function evenSpacing(spacingsMs: Float64Array, from: number, to: number): number {
  const spacingMs = spacingsMs[from] ?? 0;
  for (let place = from + 1; place < to; place += 1) if (spacingsMs[place] !== spacingMs) return 0;
  return spacingMs;
}

/** True when so wide a spacing is no gap, because one beside it is of its kind: the node measured less often. */
function isUsual(
  spanMs: number,
  timesMs: Float64Array,
  { place, beforeMs }: { place: number; beforeMs: number },
): boolean {
  const at = (other: number): number => (other === -1 ? beforeMs : (timesMs[other] ?? Number.NaN));
  const besideMs = [at(place - 1) - at(place - 2), at(place + 1) - at(place)].map(withinWidest);
  return spanMs <= maxGapIntervals * Math.max(...besideMs);
}

/** 0: there is none, or it is a gap for certain. */
function withinWidest(spacingMs: number): number {
  return spacingMs <= widestIntervalMs ? spacingMs : 0;
}
