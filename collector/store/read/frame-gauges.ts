// In: samples of a gauge, oldest first, in one or several pieces, NaN for absent. Out: they are counted in a row of a frame.
// The rules are those of columns/roll-up.ts. Which samples fall into which bucket is found once for all nodes that tick alike.
import type { BucketGrid } from '../buckets.ts';
import type { CountedTimes, Piece } from './frame-samples.ts';
import type { FrameRow } from './rolled-frame.ts';

export class GaugeCounter {
  readonly #grid: BucketGrid;
  readonly #counted: CountedTimes;
  #timesMs: Float64Array = new Float64Array(0);
  /** Bucket, first sample and the one after the last, of one run after another. */
  #runs: readonly number[] = [];

  constructor(grid: BucketGrid, counted: CountedTimes) {
    this.#grid = grid;
    this.#counted = counted;
  }

  add(row: FrameRow, pieces: readonly Piece[]): void {
    for (const { timesMs, values } of pieces) {
      if (timesMs !== this.#timesMs) {
        this.#timesMs = timesMs;
        this.#runs = runsOf(timesMs, this.#grid, this.#counted);
      }
      if (row.fields.minima < 0) addSums(row, this.#grid.count, values, this.#runs);
      else addAll(row, this.#grid.count, values, this.#runs);
    }
  }
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

function addSums(
  { values: into, from, fields }: FrameRow,
  count: number,
  values: Float64Array,
  runs: readonly number[],
): void {
  for (let run = 0; run < runs.length; run += 3) {
    const bucket = from + (runs[run] ?? 0);
    const end = runs[run + 2] ?? 0;
    let samples = into[bucket] ?? 0;
    let sum = samples === 0 ? 0 : (into[bucket + fields.sums * count] ?? 0);
    for (let place = runs[run + 1] ?? 0; place < end; place += 1) {
      const value = values[place] ?? Number.NaN;
      if (value !== value) continue;
      samples += 1;
      sum += value;
    }
    if (samples === 0) continue;
    into[bucket] = samples;
    into[bucket + fields.sums * count] = sum;
  }
}

function addAll(
  { values: into, from, fields }: FrameRow,
  count: number,
  values: Float64Array,
  runs: readonly number[],
): void {
  for (let run = 0; run < runs.length; run += 3) {
    const bucket = from + (runs[run] ?? 0);
    const end = runs[run + 2] ?? 0;
    const known = into[bucket] ?? 0;
    let samples = known;
    let sum = known === 0 ? 0 : (into[bucket + fields.sums * count] ?? 0);
    let min = known === 0 ? Number.POSITIVE_INFINITY : (into[bucket + fields.minima * count] ?? 0);
    let max = known === 0 ? Number.NEGATIVE_INFINITY : (into[bucket + fields.maxima * count] ?? 0);
    let last = 0;
    for (let place = runs[run + 1] ?? 0; place < end; place += 1) {
      const value = values[place] ?? Number.NaN;
      if (value !== value) continue;
      samples += 1;
      sum += value;
      if (value < min) min = value;
      if (value > max) max = value;
      last = value;
    }
    if (samples === known) continue;
    into[bucket] = samples;
    into[bucket + fields.sums * count] = sum;
    into[bucket + fields.minima * count] = min;
    into[bucket + fields.maxima * count] = max;
    into[bucket + fields.lasts * count] = last;
  }
}
