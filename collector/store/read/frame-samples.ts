// In: the samples of one series, oldest first, in one or several pieces, NaN for absent. Out: they are counted in a row of a
// frame. The rules are those of columns/roll-up.ts; here nothing is allocated for a series.
import type { BucketGrid } from '../buckets.ts';
import { counterFields, type FrameRow, gaugeFields } from './rolled-frame.ts';

/** Samples of one series; `values[i]` was measured at `timesMs[i]`. */
export interface Piece {
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
}

const maxGapIntervals = 3;
const widestIntervalMs = 60_000;

/** Samples outside of these times are not counted; a counter's growth may begin before them. Both ends included. */
export interface CountedTimes {
  readonly fromMs: number;
  readonly toMs: number;
}

export function addGaugeSamples(
  row: FrameRow,
  grid: BucketGrid,
  pieces: readonly Piece[],
  { fromMs, toMs }: CountedTimes,
): void {
  const { values: into, from } = row;
  const { count, firstMs, stepMs } = grid;
  const [sums, minima, maxima, lasts] = [
    from + gaugeFields.sums * count,
    from + gaugeFields.minima * count,
    from + gaugeFields.maxima * count,
    from + gaugeFields.lasts * count,
  ];
  for (const { timesMs, values } of pieces) {
    for (let place = 0; place < values.length; place += 1) {
      const value = values[place] ?? Number.NaN;
      const timeMs = timesMs[place] ?? 0;
      const bucket = Math.ceil((timeMs - firstMs) / stepMs);
      if (value !== value || bucket < 0 || bucket >= count || timeMs < fromMs || timeMs > toMs) continue;
      const known = into[from + bucket] ?? 0;
      into[from + bucket] = known + 1;
      into[lasts + bucket] = value;
      if (known === 0) {
        into[sums + bucket] = value;
        into[minima + bucket] = value;
        into[maxima + bucket] = value;
        continue;
      }
      into[sums + bucket] = (into[sums + bucket] ?? 0) + value;
      if (value < (into[minima + bucket] ?? 0)) into[minima + bucket] = value;
      if (value > (into[maxima + bucket] ?? 0)) into[maxima + bucket] = value;
    }
  }
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

export function addCounterSamples(
  row: FrameRow,
  grid: BucketGrid,
  pieces: readonly Piece[],
  { lookbackMs, before, fromMs, toMs }: CounterOptions,
): void {
  const { values: into, from } = row;
  const { count, firstMs, stepMs } = grid;
  const lasts = from + counterFields.lasts * count;
  let beforeMs = before?.timeMs ?? Number.NaN;
  let beforeValue = before?.value ?? 0;
  let spacingBeforeMs = 0;
  for (const [number, { timesMs, values }] of pieces.entries()) {
    for (let place = 0; place < values.length; place += 1) {
      const value = values[place] ?? Number.NaN;
      if (value !== value) continue;
      const timeMs = timesMs[place] ?? 0;
      // NaN where there is no sample before: then no comparison holds.
      const spanMs = timeMs - beforeMs;
      const bucket = Math.ceil((timeMs - firstMs) / stepMs);
      if (bucket >= 0 && bucket < count && timeMs >= fromMs && timeMs <= toMs) {
        into[from + bucket] = (into[from + bucket] ?? 0) + 1;
        into[lasts + bucket] = value;
        const counts =
          spanMs > 0 &&
          (spanMs <= lookbackMs ||
            isUsual(spanMs, spacingBeforeMs, spacingAfter(pieces, number, place, timeMs)));
        if (counts) addGrowth(row, count, bucket, value < beforeValue ? value : value - beforeValue, spanMs);
      }
      spacingBeforeMs = spanMs;
      beforeMs = timeMs;
      beforeValue = value;
    }
  }
}

function addGrowth(
  { values: into, from }: FrameRow,
  count: number,
  bucket: number,
  increase: number,
  spanMs: number,
): void {
  const increases = from + counterFields.increases * count + bucket;
  const spans = from + counterFields.spansMs * count + bucket;
  const minRates = from + counterFields.minRates * count + bucket;
  const maxRates = from + counterFields.maxRates * count + bucket;
  const rate = increase / (spanMs / 1000);
  const known = into[spans] ?? 0;
  into[spans] = known + spanMs;
  if (known === 0) {
    into[increases] = increase;
    into[minRates] = rate;
    into[maxRates] = rate;
    return;
  }
  into[increases] = (into[increases] ?? 0) + increase;
  if (rate < (into[minRates] ?? 0)) into[minRates] = rate;
  if (rate > (into[maxRates] ?? 0)) into[maxRates] = rate;
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
