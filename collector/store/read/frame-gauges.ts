// In: samples of a gauge, oldest first, in one or several pieces, NaN for absent. Out: they are counted in a row of a frame.
// The rules are those of columns/roll-up.ts. Which samples fall into which bucket is found once for all nodes that tick alike.
import type { BucketRuns } from './bucket-runs.ts';
import type { Piece } from './frame-samples.ts';
import type { FrameRow } from './rolled-frame.ts';

export function addGaugeSamples(row: FrameRow, pieces: readonly Piece[], runs: BucketRuns): void {
  for (const { timesMs, values } of pieces) {
    if (row.fields.minima < 0) addSums(row, runs.grid.count, values, runs.of(timesMs).runs);
    else addAll(row, runs.grid.count, values, runs.of(timesMs).runs);
  }
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
