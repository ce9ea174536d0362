// In: samples of a counter, oldest first, NaN for absent, and a row that takes averages alone. Out: the samples are counted in it,
// if they are as most are: none absent, no spacing that may be a gap. The rules are those of columns/roll-up.ts.
// It refuses (false, nothing is counted) all others: frame-samples.ts takes those.
import type { BucketRuns } from './bucket-runs.ts';
import type { Before, Piece } from './frame-samples.ts';
import type { FrameRow } from './rolled-frame.ts';

export interface PlainCounterOptions {
  readonly lookbackMs: number;
  readonly before: Before | undefined;
  readonly runs: BucketRuns;
}

export function addPlainCounter(
  row: FrameRow,
  pieces: readonly Piece[],
  { lookbackMs, before, runs }: PlainCounterOptions,
): boolean {
  if (row.fields.lasts >= 0 || !arePlain(pieces, { lookbackMs, before, runs })) return false;
  let last = before;
  for (const { timesMs, values } of pieces) {
    addGrowths(row, runs.grid.count, { timesMs, values, before: last, runs: runs.of(timesMs).runs });
    last = { timeMs: timesMs[timesMs.length - 1] ?? 0, value: values[values.length - 1] ?? 0 };
  }
  return true;
}

function arePlain(pieces: readonly Piece[], { lookbackMs, before, runs }: PlainCounterOptions): boolean {
  // NaN where there is no sample before: then no comparison holds.
  let lastMs = before?.timeMs ?? Number.NaN;
  for (const { timesMs, values } of pieces) {
    const spacingMs = (timesMs[0] ?? 0) - lastMs;
    if (spacingMs > lookbackMs || spacingMs <= 0 || runs.of(timesMs).widestMs > lookbackMs) return false;
    if (values.length === 0 || hasAbsent(values)) return false;
    lastMs = timesMs[timesMs.length - 1] ?? 0;
  }
  return true;
}

interface Growing extends Piece {
  readonly before: Before | undefined;
  readonly runs: readonly number[];
}

function addGrowths(
  { values: into, from, fields }: FrameRow,
  count: number,
  { timesMs, values, before, runs }: Growing,
): void {
  for (let run = 0; run < runs.length; run += 3) {
    const bucket = from + (runs[run] ?? 0);
    const begin = runs[run + 1] ?? 0;
    const end = runs[run + 2] ?? 0;
    into[bucket] = (into[bucket] ?? 0) + end - begin;
    // The very first sample has grown from nothing that is known, unless there is one before it.
    const first = begin === 0 && before === undefined ? 1 : begin;
    if (first === end) continue;
    const beginMs = first === 0 ? (before?.timeMs ?? 0) : (timesMs[first - 1] ?? 0);
    let last = first === 0 ? (before?.value ?? 0) : (values[first - 1] ?? 0);
    const span = bucket + fields.spansMs * count;
    const sum = bucket + fields.increases * count;
    const knownMs = into[span] ?? 0;
    let increase = knownMs === 0 ? 0 : (into[sum] ?? 0);
    for (let place = first; place < end; place += 1) {
      const value = values[place] ?? 0;
      increase += value < last ? value : value - last;
      last = value;
    }
    into[span] = knownMs + (timesMs[end - 1] ?? 0) - beginMs;
    into[sum] = increase;
  }
}

function hasAbsent(values: Float64Array): boolean {
  for (let place = 0; place < values.length; place += 1) if (values[place] !== values[place]) return true;
  return false;
}
