// In: the buckets of one series on one node. Out: columns of small numbers that tell the same: what one array says of
// another is left out; bucket-reader.ts makes the buckets of them again. Where the buckets hold nothing the columns have no entry.
//
//   gauge    counts │ last │ last - minimum │ maximum - last │ sum - count * (minimum + maximum) / 2, rounded down
//   counter  counts │ spans │ last │ increase - growth of the last │ mean - least growth │ greatest - mean growth
//
// They are whole numbers of 10^-decimals, those of a gauge in the step of which all of them are multiples. The growths, and their
// means, are in such a step too, and are those in a time `unit`, which the rates stand for; where they
// are no whole numbers the rates go as the bits of 32-bit floats. Where even values are none, all go as they are.
import type { Buckets, CounterBuckets, GaugeBuckets } from '../buckets.ts';
import type { BucketHead } from './bucket-head.ts';
import type { Column } from './column-format.ts';
import { commonUnit, divide } from './common-unit.ts';
import type { FloatRoom } from './float-room.ts';
import { type Means, rateColumns } from './rate-columns.ts';
import { compact, placesOf, wholesOf } from './sparse-values.ts';

const maxTwice = 2 ** 52;

export interface BucketColumns {
  readonly head: BucketHead;
  readonly columns: readonly Column[];
}

const plainHead = { isWhole: false, step: 1, firstIncrease: 0, unitMs: 0 };

export const columnsOf: Readonly<Record<Buckets['kind'], number>> = { gauge: 5, counter: 6 };

/** The columns may be in the room. */
export function toColumns(buckets: Buckets, decimals: number, room: FloatRoom): BucketColumns {
  return buckets.kind === 'gauge'
    ? gaugeColumns(buckets, decimals, room)
    : counterColumns(buckets, decimals, room);
}

function gaugeColumns(buckets: GaugeBuckets, decimals: number, room: FloatRoom): BucketColumns {
  const { counts } = buckets;
  const places = placesOf(counts);
  const { lasts: allLasts, minima: allMinima, maxima: allMaxima, sums: allSums } = buckets;
  const arrays = [allLasts, allMinima, allMaxima, allSums].map((values) => compact(values, places, room));
  const [lasts, minima, maxima, sums] = arrays.map((values) => wholesOf(values, decimals, room));
  const known = compact(counts, places, room);
  const head = { ...plainHead, kind: 'gauge' } as const;
  if (lasts && minima && maxima && sums && areSmall(known, minima, maxima)) {
    const wholes = [lasts, minima, maxima, sums];
    const step = commonUnit(wholes);
    for (const values of wholes) divide(values, step);
    for (let entry = 0; entry < lasts.length; entry += 1) {
      const [last, min, max] = [lasts[entry] ?? 0, minima[entry] ?? 0, maxima[entry] ?? 0];
      sums[entry] = (sums[entry] ?? 0) - expectedSum(known[entry], min, max);
      minima[entry] = last - min;
      maxima[entry] = max - last;
    }
    return { head: { ...head, isWhole: true, step }, columns: [counts, ...wholes].map(whole) };
  }
  return { head, columns: [whole(counts), ...arrays.map((values) => ({ values, decimals }))] };
}

function expectedSum(count = 0, min = 0, max = 0): number {
  return Math.floor((count * (min + max)) / 2);
}

/** True when what is expected of the sums is exact. */
function areSmall(counts: Float64Array, minima: Float64Array, maxima: Float64Array): boolean {
  return counts.every((count, entry) => {
    return Math.abs(count * ((minima[entry] ?? 0) + (maxima[entry] ?? 0))) <= maxTwice;
  });
}

function counterColumns(buckets: CounterBuckets, decimals: number, room: FloatRoom): BucketColumns {
  const { counts, spansMs } = buckets;
  const places = placesOf(counts);
  const grown = placesOf(spansMs);
  const values = [compact(buckets.lasts, places, room), compact(buckets.increases, grown, room)];
  const rates = [compact(buckets.minRates, grown, room), compact(buckets.maxRates, grown, room)] as const;
  const [lasts, increases] = values.map((array) => wholesOf(array, decimals, room));
  const spans = compact(spansMs, grown, room);
  const head = { ...plainHead, kind: 'counter' } as const;
  if (lasts === undefined || increases === undefined) {
    const unknown = { increases: spans, spansMs: spans };
    const { columns } = rateColumns(rates, { means: unknown, spacingMs: 0, scale: 1, room });
    const asTheyAre = values.map((values) => ({ values, decimals }));
    return { head, columns: [whole(counts), whole(spansMs), ...asTheyAre, ...columns.map(whole)] };
  }
  // Not of the first bucket: its first sample may have none before it.
  const spacingMs = (spans.at(-1) ?? 0) / Math.max(1, compact(counts, grown, room).at(-1) ?? 0);
  const means: Means = { increases, spansMs: spans };
  const scale = 10 ** decimals;
  const { unitMs, step, columns } = rateColumns(rates, { means, spacingMs, scale, room });
  const firstIncrease = grown.length > 0 && grown[0] === places[0] ? (increases[0] ?? 0) : 0;
  const growths = growthsOf(lasts, { places, grown, firstIncrease });
  for (let entry = 0; entry < increases.length; entry += 1) {
    increases[entry] = (increases[entry] ?? 0) - (growths[entry] ?? 0);
  }
  const all = [counts, spansMs, lasts, increases, ...columns];
  return { head: { ...head, isWhole: true, step, firstIncrease, unitMs }, columns: all.map(whole) };
}

interface Growing {
  readonly places: Int32Array;
  readonly grown: Int32Array;
  /** Of the first place, if it is one of those that have grown. */
  readonly firstIncrease: number;
}

/** Of the buckets that have grown: by how much their last value is above that of the one before which has one, or 0. */
function growthsOf(lasts: Float64Array, { places, grown, firstIncrease }: Growing): Float64Array {
  const growths = new Float64Array(grown.length);
  let entry = 0;
  for (let at = 0; at < grown.length; at += 1) {
    const place = grown[at] ?? 0;
    while (entry < places.length && (places[entry] ?? 0) < place) entry += 1;
    if (places[entry] !== place) continue;
    growths[at] = entry === 0 ? firstIncrease : (lasts[entry] ?? 0) - (lasts[entry - 1] ?? 0);
  }
  return growths;
}

function whole(values: Float64Array): Column {
  return { values, decimals: 0 };
}
