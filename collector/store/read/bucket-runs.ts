// In: the times of samples, oldest first. Out: which of them fall into which bucket, found once for all nodes that tick alike.
import type { BucketGrid } from '../buckets.ts';
import type { CountedTimes } from './frame-samples.ts';

/** Of one array of times. */
export interface TimeRuns {
  /** One run after another: its bucket, its first sample and the one after its last. */
  readonly runs: readonly number[];
  /** The widest spacing of the times; infinite when they do not ascend. */
  readonly widestMs: number;
}

const maxKept = 256;

export class BucketRuns {
  readonly grid: BucketGrid;
  readonly #counted: CountedTimes;
  readonly #known = new Map<Float64Array, TimeRuns>();

  constructor(grid: BucketGrid, counted: CountedTimes) {
    this.grid = grid;
    this.#counted = counted;
  }

  of(timesMs: Float64Array): TimeRuns {
    const known = this.#known.get(timesMs);
    if (known !== undefined) return known;
    const found = { runs: runsOf(timesMs, this.grid, this.#counted), widestMs: widestOf(timesMs) };
    if (this.#known.size >= maxKept) this.#known.clear();
    this.#known.set(timesMs, found);
    return found;
  }
}

function widestOf(timesMs: Float64Array): number {
  let widestMs = 0;
  for (let place = 1; place < timesMs.length; place += 1) {
    const spacingMs = (timesMs[place] ?? 0) - (timesMs[place - 1] ?? 0);
    if (!(spacingMs > 0)) return Number.POSITIVE_INFINITY;
    if (spacingMs > widestMs) widestMs = spacingMs;
  }
  return widestMs;
}

function runsOf(
  timesMs: Float64Array,
  { firstMs, stepMs, count }: BucketGrid,
  { fromMs, toMs }: CountedTimes,
): readonly number[] {
  const runs: number[] = [];
  for (let place = 0; place < timesMs.length; ) {
    const timeMs = timesMs[place] ?? 0;
    const bucket = Math.ceil((timeMs - firstMs) / stepMs);
    const untilMs = Math.min(toMs, firstMs + bucket * stepMs);
    let end = place + 1;
    while (end < timesMs.length && (timesMs[end] ?? 0) <= untilMs) end += 1;
    if (timeMs < fromMs) end = place + 1;
    else if (timeMs <= toMs && bucket >= 0 && bucket < count) runs.push(bucket, place, end);
    place = end;
  }
  return runs;
}
