// In: the samples of a counter, oldest first, in one or several pieces, NaN for absent. Out: they are counted in a row of a
// frame. The rules are those of columns/roll-up.ts; here nothing is allocated for a series, and what falls into one bucket is
// gathered before it is written.
import type { BucketGrid } from '../buckets.ts';
import type { FrameRow } from './rolled-frame.ts';

/** Samples of one series; `values[i]` was measured at `timesMs[i]`. */
export interface Piece {
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
}

/** Samples outside of these times are not counted; a counter's growth may begin before them. Both ends included. */
export interface CountedTimes {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Before {
  readonly timeMs: number;
  readonly value: number;
}

export interface CounterOptions extends CountedTimes {
  readonly lookbackMs: number;
  /** The sample before the first one, when it is known. */
  readonly before?: Before | undefined;
}

const maxGapIntervals = 3;
const widestIntervalMs = 60_000;

export function addCounterSamples(
  row: FrameRow,
  grid: BucketGrid,
  pieces: readonly Piece[],
  { lookbackMs, before, fromMs, toMs }: CounterOptions,
): void {
  let [samples, increase, spanMs, minRate, maxRate, last] = [0, 0, 0, 0, 0, 0];
  let untilMs = Number.NEGATIVE_INFINITY;
  let bucket = -1;
  let beforeMs = before?.timeMs ?? Number.NaN;
  let beforeValue = before?.value ?? 0;
  let spacingBeforeMs = 0;
  for (const [number, { timesMs, values }] of pieces.entries()) {
    for (let place = 0; place < values.length; place += 1) {
      const value = values[place] ?? Number.NaN;
      if (value !== value) continue;
      const timeMs = timesMs[place] ?? 0;
      // NaN where there is no sample before: then no comparison holds.
      const spacingMs = timeMs - beforeMs;
      if (timeMs >= fromMs && timeMs <= toMs) {
        if (timeMs > untilMs) {
          if (samples > 0) {
            putCounter(row, grid.count, bucket, { count: samples, increase, spanMs, minRate, maxRate, last });
          }
          bucket = Math.ceil((timeMs - grid.firstMs) / grid.stepMs);
          untilMs = grid.firstMs + bucket * grid.stepMs;
          samples = 0;
          spanMs = 0;
          increase = 0;
        }
        samples += 1;
        last = value;
        const counts =
          spacingMs > 0 &&
          (spacingMs <= lookbackMs ||
            isUsual(spacingMs, spacingBeforeMs, spacingAfter(pieces, number, place, timeMs)));
        if (counts) {
          const growth = value < beforeValue ? value : value - beforeValue;
          const rate = growth / (spacingMs / 1000);
          if (spanMs === 0 || rate < minRate) minRate = rate;
          if (spanMs === 0 || rate > maxRate) maxRate = rate;
          spanMs += spacingMs;
          increase += growth;
        }
      }
      spacingBeforeMs = spacingMs;
      beforeMs = timeMs;
      beforeValue = value;
    }
  }
  if (samples > 0) {
    putCounter(row, grid.count, bucket, { count: samples, increase, spanMs, minRate, maxRate, last });
  }
}

interface CounterRun {
  readonly count: number;
  readonly increase: number;
  readonly spanMs: number;
  readonly minRate: number;
  readonly maxRate: number;
  readonly last: number;
}

function putCounter(
  { values: into, from, fields }: FrameRow,
  count: number,
  bucket: number,
  run: CounterRun,
): void {
  if (bucket < 0 || bucket >= count) return;
  into[from + bucket] = (into[from + bucket] ?? 0) + run.count;
  if (fields.lasts >= 0) into[from + fields.lasts * count + bucket] = run.last;
  if (run.spanMs === 0) return;
  const span = from + fields.spansMs * count + bucket;
  const increase = from + fields.increases * count + bucket;
  const known = into[span] ?? 0;
  into[span] = known + run.spanMs;
  into[increase] = known === 0 ? run.increase : (into[increase] ?? 0) + run.increase;
  if (fields.minRates < 0) return;
  const [min, max] = [from + fields.minRates * count + bucket, from + fields.maxRates * count + bucket];
  if (!((into[min] ?? Number.NaN) <= run.minRate)) into[min] = run.minRate;
  if (!((into[max] ?? Number.NaN) >= run.maxRate)) into[max] = run.maxRate;
}

/** True when so wide a spacing is no gap, because one beside it is of its kind: the node measured less often. */
function isUsual(spanMs: number, beforeMs: number, afterMs: number): boolean {
  const besideMs = Math.max(withinWidest(beforeMs), withinWidest(afterMs));
  return spanMs <= maxGapIntervals * besideMs;
}

function withinWidest(spacingMs: number): number {
  return spacingMs <= widestIntervalMs ? spacingMs : 0;
}

/** To the next sample that is not absent; seldom asked for. NaN: there is none. */
function spacingAfter(pieces: readonly Piece[], number: number, place: number, timeMs: number): number {
  let from = place + 1;
  for (let at = number; at < pieces.length; at += 1) {
    const piece = pieces[at];
    for (let next = from; next < (piece?.values.length ?? 0); next += 1) {
      if (!Number.isNaN(piece?.values[next])) return (piece?.timesMs[next] ?? 0) - timeMs;
    }
    from = 0;
  }
  return Number.NaN;
}
