// In: the samples of one series, or its buckets on a finer grid. Out: its buckets on a grid. bucket-axis.ts says which
// samples are in which bucket, and what is a gap.
import type { MetricKind } from '../../../shared/model/metric.ts';
import type { BucketGrid, Buckets, CounterBuckets, GaugeBuckets, Samples } from '../buckets.ts';
import { type BucketAxis, createAxis } from './bucket-axis.ts';
import { toWholes } from './exact-scale.ts';
import { FloatRoom } from './float-room.ts';
import { maxWhole } from './scaled-column.ts';

/** At most, of one series. */
const bucketArrays = 6;

export interface SeriesOptions {
  /** As in SeriesDefinition. With it sums and increases are exact multiples of 10^-decimals. */
  readonly decimals?: number;
  /** The sample before the first one; what a counter grew since then is counted too. */
  readonly before?: { readonly timeMs: number; readonly value: number };
}

export interface RollUpOptions extends SeriesOptions {
  /** Neighbours further apart than this have a gap between them: a few intervals of the node. */
  readonly lookbackMs: number;
}

/** Samples outside of the grid count in no bucket. */
export function rollUp(
  kind: MetricKind,
  { timesMs, values }: Samples,
  grid: BucketGrid,
  options: RollUpOptions,
): Buckets {
  const { lookbackMs, before } = options;
  const axis = createAxis(timesMs, grid, { lookbackMs, beforeMs: before?.timeMs });
  return rollUpOn(axis, { kind, values }, options, new FloatRoom(bucketArrays * grid.count));
}

/** The same where the axis is known. For a counter it must be one that knows of the sample before. */
export function rollUpOn(
  axis: BucketAxis,
  { kind, values }: { kind: MetricKind; values: Float64Array },
  options: SeriesOptions,
  room: FloatRoom,
): Buckets {
  return kind === 'gauge'
    ? rollUpGauge(axis, values, options, room)
    : rollUpCounter(axis, values, options, room);
}

export function emptyGauge(count: number, room = new FloatRoom(bucketArrays * count)): GaugeBuckets {
  return {
    kind: 'gauge',
    counts: room.take(count),
    sums: room.unknown(count),
    minima: room.unknown(count),
    maxima: room.unknown(count),
    lasts: room.unknown(count),
  };
}

export function emptyCounter(count: number, room = new FloatRoom(bucketArrays * count)): CounterBuckets {
  return {
    kind: 'counter',
    counts: room.take(count),
    lasts: room.unknown(count),
    increases: room.unknown(count),
    spansMs: room.take(count),
    minRates: room.unknown(count),
    maxRates: room.unknown(count),
  };
}

function rollUpGauge(
  { parts, count }: BucketAxis,
  values: Float64Array,
  { decimals }: SeriesOptions,
  room: FloatRoom,
): GaugeBuckets {
  const buckets = emptyGauge(count, room);
  const { counts, sums, minima, maxima, lasts } = buckets;
  const { wholes, scale } = toWholes(values, decimals, { room });
  for (let part = 0; part < parts.length; part += 3) {
    const bucket = parts[part] ?? 0;
    const from = parts[part + 1] ?? 0;
    const to = parts[part + 2] ?? 0;
    let sum = 0;
    let min = Number.POSITIVE_INFINITY;
    let max = Number.NEGATIVE_INFINITY;
    for (let place = from; place < to; place += 1) {
      const value = wholes[place] ?? 0;
      sum += value;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    counts[bucket] = to - from;
    sums[bucket] = sum / scale;
    minima[bucket] = min / scale;
    maxima[bucket] = max / scale;
    lasts[bucket] = values[to - 1] ?? Number.NaN;
  }
  return buckets;
}

function rollUpCounter(
  { parts, spacingsMs, evenMs, count }: BucketAxis,
  values: Float64Array,
  { before, decimals }: SeriesOptions,
  room: FloatRoom,
): CounterBuckets {
  const buckets = emptyCounter(count, room);
  const { wholes, scale, first } = scaled(values, before?.value ?? 0, { decimals, room });
  for (let part = 0; part < evenMs.length; part += 1) {
    const bucket = parts[3 * part] ?? 0;
    const from = parts[3 * part + 1] ?? 0;
    const to = parts[3 * part + 2] ?? 0;
    const valueBefore = from > 0 ? (wholes[from - 1] ?? 0) : first;
    buckets.counts[bucket] = to - from;
    buckets.lasts[bucket] = values[to - 1] ?? Number.NaN;
    const even = evenMs[part] ?? 0;
    if (even > 0) growEvenly(buckets, bucket, { wholes, from, to, valueBefore, even, scale });
    else growUnevenly(buckets, bucket, { wholes, from, to, valueBefore, spacingsMs, scale });
  }
  return buckets;
}

interface Growth {
  readonly wholes: Float64Array;
  readonly from: number;
  readonly to: number;
  readonly valueBefore: number;
  readonly scale: number;
}

function growEvenly(
  buckets: CounterBuckets,
  bucket: number,
  { wholes, from, to, valueBefore, even, scale }: Growth & { readonly even: number },
): void {
  let increase = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let last = valueBefore;
  for (let place = from; place < to; place += 1) {
    const value = wholes[place] ?? 0;
    const growth = value < last ? value : value - last;
    increase += growth;
    if (growth < min) min = growth;
    if (growth > max) max = growth;
    last = value;
  }
  buckets.spansMs[bucket] = (to - from) * even;
  buckets.increases[bucket] = increase / scale;
  buckets.minRates[bucket] = (1000 * min) / even / scale;
  buckets.maxRates[bucket] = (1000 * max) / even / scale;
}

function growUnevenly(
  buckets: CounterBuckets,
  bucket: number,
  { wholes, from, to, valueBefore, spacingsMs, scale }: Growth & { readonly spacingsMs: Float64Array },
): void {
  let increase = 0;
  let spanMs = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let last = valueBefore;
  for (let place = from; place < to; place += 1) {
    const value = wholes[place] ?? 0;
    const spacingMs = spacingsMs[place] ?? 0;
    if (spacingMs > 0) {
      const growth = value < last ? value : value - last;
      const rate = (1000 * growth) / spacingMs;
      increase += growth;
      spanMs += spacingMs;
      if (rate < min) min = rate;
      if (rate > max) max = rate;
    }
    last = value;
  }
  if (spanMs === 0) return;
  buckets.spansMs[bucket] = spanMs;
  buckets.increases[bucket] = increase / scale;
  buckets.minRates[bucket] = min / scale;
  buckets.maxRates[bucket] = max / scale;
}

/** The values and the one before them: either all are whole numbers, or all are as they are. */
function scaled(
  values: Float64Array,
  before: number,
  { decimals, room }: { decimals: number | undefined; room: FloatRoom },
): { wholes: Float64Array; scale: number; first: number } {
  const { wholes, scale } = toWholes(values, decimals, { most: maxWhole, room });
  const first = Math.round(before * scale);
  if (scale === 1) return { wholes, scale, first: before };
  const isWhole = first / scale === before && Math.abs(first) <= maxWhole;
  return isWhole ? { wholes, scale, first } : { wholes: values, scale: 1, first: before };
}
