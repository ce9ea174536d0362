// In: the buckets of one series on one node. Out: columns of small numbers that tell the same, and back: what one array
// says of another is left out. Where the buckets hold nothing the columns have no entry.
//
//   gauge    counts │ last │ last - minimum │ maximum - last │ sum - count * (minimum + maximum) / 2, rounded down
//   counter  counts │ spans │ last │ increase - growth of the last │ mean - least growth │ greatest - mean growth
//
// They are whole numbers of 10^-decimals. The growths are those in a time `unit`, which the rates stand for; where they
// are no whole numbers the rates go as the bits of 32-bit floats. Where even values are none, all go as they are.
import type { Buckets, CounterBuckets, GaugeBuckets } from '../buckets.ts';
import type { Column } from './column-format.ts';
import type { FloatRoom } from './float-room.ts';
import { type Means, rateColumns, ratesOf } from './rate-columns.ts';
import { compact, expand, placesOf, wholesOf } from './sparse-values.ts';

const none = new Float64Array(0);
const maxTwice = 2 ** 52;

/** What is told beside the columns. */
export interface BucketHead {
  readonly kind: Buckets['kind'];
  /** False: the arrays go as they are. */
  readonly isWhole: boolean;
  /** Of the first bucket of a counter, which has no last before it; scaled. */
  readonly firstIncrease: number;
  /** 0: the rates are bits. */
  readonly unitMs: number;
}

export interface BucketColumns {
  readonly head: BucketHead;
  readonly columns: readonly Column[];
}

const plainHead = { isWhole: false, firstIncrease: 0, unitMs: 0 };

export const columnsOf: Readonly<Record<Buckets['kind'], number>> = { gauge: 5, counter: 6 };

/** The columns may be in the room. */
export function toColumns(buckets: Buckets, decimals: number, room: FloatRoom): BucketColumns {
  return buckets.kind === 'gauge'
    ? gaugeColumns(buckets, decimals, room)
    : counterColumns(buckets, decimals, room);
}

/** The same buckets, with rates that a 32-bit float can hold. */
export function toBuckets(head: BucketHead, columns: readonly Float64Array[], decimals: number): Buckets {
  return head.kind === 'gauge' ? gaugeOf(head, columns, decimals) : counterOf(head, columns, decimals);
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
    for (let entry = 0; entry < lasts.length; entry += 1) {
      const [last, min, max] = [lasts[entry] ?? 0, minima[entry] ?? 0, maxima[entry] ?? 0];
      sums[entry] = (sums[entry] ?? 0) - expectedSum(known[entry], min, max);
      minima[entry] = last - min;
      maxima[entry] = max - last;
    }
    return { head: { ...head, isWhole: true }, columns: [counts, lasts, minima, maxima, sums].map(whole) };
  }
  return { head, columns: [whole(counts), ...arrays.map((values) => ({ values, decimals }))] };
}

function gaugeOf({ isWhole }: BucketHead, columns: readonly Float64Array[], decimals: number): GaugeBuckets {
  const [counts = none, lasts = none, minima = none, maxima = none, sums = none] = columns;
  const places = placesOf(counts);
  if (isWhole) {
    const scale = 10 ** decimals;
    const known = compact(counts, places);
    for (let entry = 0; entry < lasts.length; entry += 1) {
      const last = lasts[entry] ?? 0;
      const min = last - (minima[entry] ?? 0);
      const max = last + (maxima[entry] ?? 0);
      lasts[entry] = last / scale;
      minima[entry] = min / scale;
      maxima[entry] = max / scale;
      sums[entry] = ((sums[entry] ?? 0) + expectedSum(known[entry], min, max)) / scale;
    }
  }
  const { length } = counts;
  return {
    kind: 'gauge',
    counts,
    sums: expand(sums, places, length),
    minima: expand(minima, places, length),
    maxima: expand(maxima, places, length),
    lasts: expand(lasts, places, length),
  };
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
    const { columns } = rateColumns(...rates, { means: unknown, spacingMs: 0, scale: 1, room });
    const asTheyAre = values.map((values) => ({ values, decimals }));
    return { head, columns: [whole(counts), whole(spansMs), ...asTheyAre, ...columns.map(whole)] };
  }
  // Not of the first bucket: its first sample may have none before it.
  const spacingMs = (spans.at(-1) ?? 0) / Math.max(1, compact(counts, grown, room).at(-1) ?? 0);
  const means: Means = { increases, spansMs: spans };
  const { unitMs, columns } = rateColumns(...rates, { means, spacingMs, scale: 10 ** decimals, room });
  const firstIncrease = grown.length > 0 && grown[0] === places[0] ? (increases[0] ?? 0) : 0;
  const growths = growthsOf(lasts, { places, grown, firstIncrease });
  for (let entry = 0; entry < increases.length; entry += 1) {
    increases[entry] = (increases[entry] ?? 0) - (growths[entry] ?? 0);
  }
  const all = [counts, spansMs, lasts, increases, ...columns];
  return { head: { ...head, isWhole: true, firstIncrease, unitMs }, columns: all.map(whole) };
}

function counterOf(head: BucketHead, columns: readonly Float64Array[], decimals: number): CounterBuckets {
  const [counts = none, spansMs = none, lasts = none, increases = none, low = none, high = none] = columns;
  const { isWhole, unitMs, firstIncrease } = head;
  const places = placesOf(counts);
  const grown = placesOf(spansMs);
  if (isWhole) {
    const growths = growthsOf(lasts, { places, grown, firstIncrease });
    for (let entry = 0; entry < increases.length; entry += 1) {
      increases[entry] = (increases[entry] ?? 0) + (growths[entry] ?? 0);
    }
  }
  const scale = isWhole ? 10 ** decimals : 1;
  const means: Means = { increases, spansMs: compact(spansMs, grown) };
  const minRates = ratesOf(low, means, { unitMs, scale, sign: -1 });
  const maxRates = ratesOf(high, means, { unitMs, scale, sign: 1 });
  for (const values of scale === 1 ? [] : [lasts, increases]) {
    for (let entry = 0; entry < values.length; entry += 1) values[entry] = (values[entry] ?? 0) / scale;
  }
  const { length } = counts;
  return {
    kind: 'counter',
    counts,
    lasts: expand(lasts, places, length),
    increases: expand(increases, grown, length),
    spansMs,
    minRates: expand(minRates, grown, length),
    maxRates: expand(maxRates, grown, length),
  };
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
