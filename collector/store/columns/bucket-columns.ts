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
import { type Means, rateColumns, ratesOf } from './rate-columns.ts';
import { emptyCounter, emptyGauge } from './roll-up.ts';
import { ScaledColumn } from './scaled-column.ts';

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

export function toColumns(buckets: Buckets, decimals: number): BucketColumns {
  return buckets.kind === 'gauge' ? gaugeColumns(buckets, decimals) : counterColumns(buckets, decimals);
}

/** The same buckets, with rates that a 32-bit float can hold. */
export function toBuckets(head: BucketHead, columns: readonly Float64Array[], decimals: number): Buckets {
  return head.kind === 'gauge' ? gaugeOf(head, columns, decimals) : counterOf(head, columns, decimals);
}

function gaugeColumns(buckets: GaugeBuckets, decimals: number): BucketColumns {
  const { counts } = buckets;
  const places = placesOf(counts);
  const arrays = [buckets.lasts, buckets.minima, buckets.maxima, buckets.sums].map((all) =>
    pick(all, places),
  );
  const [lasts, minima, maxima, sums] = arrays.map((array) => wholesOf(array, decimals));
  if (lasts && minima && maxima && sums) {
    const expected = expectedSums(pick(counts, places), minima, maxima);
    if (expected !== null) {
      const rest = [difference(lasts, minima), difference(maxima, lasts), difference(sums, expected)];
      return {
        head: { ...plainHead, kind: 'gauge', isWhole: true },
        columns: [counts, lasts, ...rest].map(whole),
      };
    }
  }
  const asTheyAre = arrays.map((values) => ({ values, decimals }));
  return { head: { ...plainHead, kind: 'gauge' }, columns: [whole(counts), ...asTheyAre] };
}

function gaugeOf({ isWhole }: BucketHead, columns: readonly Float64Array[], decimals: number): GaugeBuckets {
  const [counts = none, lasts = none, ...rest] = columns;
  const buckets = { ...emptyGauge(counts.length), counts };
  const places = placesOf(counts);
  let [minima = none, maxima = none, sums = none] = rest;
  if (isWhole) {
    minima = difference(lasts, minima);
    maxima = sum(lasts, maxima);
    sums = sum(expectedSums(pick(counts, places), minima, maxima) ?? none, sums);
  }
  const scale = isWhole ? 10 ** decimals : 1;
  put(buckets.lasts, places, { values: lasts, scale });
  put(buckets.minima, places, { values: minima, scale });
  put(buckets.maxima, places, { values: maxima, scale });
  put(buckets.sums, places, { values: sums, scale });
  return buckets;
}

/** null: they are too large to be exact. */
function expectedSums(counts: Float64Array, minima: Float64Array, maxima: Float64Array): Float64Array | null {
  let isExact = true;
  const expected = counts.map((count, entry) => {
    const twice = count * (at(minima, entry) + at(maxima, entry));
    isExact &&= Math.abs(twice) <= maxTwice;
    return Math.floor(twice / 2);
  });
  return isExact ? expected : null;
}

function counterColumns(buckets: CounterBuckets, decimals: number): BucketColumns {
  const { counts, spansMs } = buckets;
  const places = placesOf(counts);
  const grown = placesOf(spansMs);
  const spans = pick(spansMs, grown);
  const values = [pick(buckets.lasts, places), pick(buckets.increases, grown)];
  const rates = [pick(buckets.minRates, grown), pick(buckets.maxRates, grown)] as const;
  const [lasts, increases] = values.map((array) => wholesOf(array, decimals));
  if (lasts === undefined || increases === undefined) {
    const unknown = { increases: spans, spansMs: spans };
    const { columns } = rateColumns(...rates, { means: unknown, spacingMs: 0, scale: 1 });
    const asTheyAre = values.map((values) => ({ values, decimals }));
    const all = [whole(counts), whole(spansMs), ...asTheyAre, ...columns.map(whole)];
    return { head: { ...plainHead, kind: 'counter' }, columns: all };
  }
  const firstIncrease = grown.length > 0 && grown[0] === places[0] ? at(increases, 0) : 0;
  const growths = pick(growthsOf(lasts, places, { count: counts.length, firstIncrease }), grown);
  // Not of the first bucket: its first sample may have none before it.
  const last = grown.length - 1;
  const spacingMs = at(spans, last) / Math.max(1, at(counts, at(grown, last)));
  const means: Means = { increases, spansMs: spans };
  const { unitMs, columns } = rateColumns(...rates, { means, spacingMs, scale: 10 ** decimals });
  const head = { kind: 'counter', isWhole: true, firstIncrease, unitMs } as const;
  return { head, columns: [counts, spansMs, lasts, difference(increases, growths), ...columns].map(whole) };
}

function counterOf(head: BucketHead, columns: readonly Float64Array[], decimals: number): CounterBuckets {
  const [counts = none, spansMs = none, lasts = none, rest = none, low = none, high = none] = columns;
  const buckets = { ...emptyCounter(counts.length), counts, spansMs };
  const { isWhole, unitMs, firstIncrease } = head;
  const scale = isWhole ? 10 ** decimals : 1;
  const places = placesOf(counts);
  const grown = placesOf(spansMs);
  const growths = isWhole ? growthsOf(lasts, places, { count: counts.length, firstIncrease }) : none;
  const increases = isWhole ? sum(rest, pick(growths, grown)) : rest;
  const means: Means = { increases, spansMs: pick(spansMs, grown) };
  put(buckets.lasts, places, { values: lasts, scale });
  put(buckets.increases, grown, { values: increases, scale });
  put(buckets.minRates, grown, { values: ratesOf(low, means, { unitMs, scale, sign: -1 }), scale: 1 });
  put(buckets.maxRates, grown, { values: ratesOf(high, means, { unitMs, scale, sign: 1 }), scale: 1 });
  return buckets;
}

/** By how much the last value of each bucket is above that of the one before which has one; 0 where there is none. */
function growthsOf(
  lasts: Float64Array,
  places: Float64Array,
  { count, firstIncrease }: { count: number; firstIncrease: number },
): Float64Array {
  const growths = new Float64Array(count);
  for (let entry = 0; entry < places.length; entry += 1) {
    growths[at(places, entry)] = entry === 0 ? firstIncrease : at(lasts, entry) - at(lasts, entry - 1);
  }
  return growths;
}

/** Where the buckets hold something. */
function placesOf(counts: Float64Array): Float64Array {
  const places = new Float64Array(counts.length);
  let found = 0;
  for (let place = 0; place < counts.length; place += 1) if (at(counts, place) > 0) places[found++] = place;
  return places.subarray(0, found);
}

function pick(values: Float64Array, places: Float64Array): Float64Array {
  return places.length === values.length ? values : places.map((place) => at(values, place));
}

function put(into: Float64Array, places: Float64Array, from: { values: Float64Array; scale: number }): void {
  for (let entry = 0; entry < places.length; entry += 1) {
    into[at(places, entry)] = at(from.values, entry) / from.scale;
  }
}

/** undefined: one is no whole number of 10^-decimals. */
function wholesOf(values: Float64Array, decimals: number): Float64Array | undefined {
  const scaled = new ScaledColumn(new Float64Array(values.length));
  const isWhole = scaled.gather(values, decimals) && scaled.count === values.length;
  return isWhole ? scaled.wholes : undefined;
}

// Differences of numbers of 52 bits at most are exact.

function difference(values: Float64Array, others: Float64Array): Float64Array {
  return values.map((value, entry) => value - at(others, entry));
}

function sum(values: Float64Array, others: Float64Array): Float64Array {
  return values.map((value, entry) => value + at(others, entry));
}

function whole(values: Float64Array): Column {
  return { values, decimals: 0 };
}

function at(values: Float64Array, place: number): number {
  return values[place] ?? 0;
}
