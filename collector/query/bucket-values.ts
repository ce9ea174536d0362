// In: the buckets of one series. Out: one value for each of them; null where there is none, never 0.
import type { Buckets, CounterBuckets, GaugeBuckets } from '../store/buckets.ts';
import type { Aggregate } from './range.ts';

/** NaN: there is none. It becomes null in an answer. */
export type Values = Float64Array;

export interface Band {
  readonly min: Values;
  readonly max: Values;
}

/** They may be those of the buckets themselves. */
export function valuesOf(buckets: Buckets, aggregate: Aggregate): Values {
  return buckets.kind === 'gauge' ? ofGauge(buckets, aggregate) : ofCounter(buckets, aggregate);
}

/** The smallest and the largest value in each bucket: what an average hides. */
export function bandOf(buckets: Buckets): Band {
  return buckets.kind === 'gauge'
    ? { min: buckets.minima, max: buckets.maxima }
    : { min: buckets.minRates, max: buckets.maxRates };
}

/** True when the values are growth per second. */
export function isRate(buckets: Buckets, aggregate: Aggregate): boolean {
  return buckets.kind === 'counter' && (aggregate === 'avg' || aggregate === 'min' || aggregate === 'max');
}

/** All buckets of a series as one. */
export function totalOf(buckets: Buckets): Buckets {
  const counts = sumOf(buckets.counts);
  const lasts = lastOf(buckets.lasts);
  if (buckets.kind === 'gauge') {
    const { sums, minima, maxima } = buckets;
    return {
      kind: 'gauge',
      counts,
      lasts,
      sums: sumOf(sums),
      minima: leastOf(minima),
      maxima: mostOf(maxima),
    };
  }
  const { increases, spansMs, minRates, maxRates } = buckets;
  return {
    kind: 'counter',
    counts,
    lasts,
    increases: sumOf(increases),
    spansMs: sumOf(spansMs),
    minRates: leastOf(minRates),
    maxRates: mostOf(maxRates),
  };
}

function ofGauge(buckets: GaugeBuckets, aggregate: Aggregate): Values {
  const { counts, sums, minima, maxima, lasts } = buckets;
  switch (aggregate) {
    case 'avg':
      return buckets.averages ?? quotients(sums, counts, 1);
    case 'sum':
      return whereCounted(sums, counts);
    case 'min':
      return minima;
    case 'max':
      return maxima;
    case 'last':
      return lasts;
    case 'count':
      return whereCounted(counts, counts);
  }
}

function ofCounter(buckets: CounterBuckets, aggregate: Aggregate): Values {
  const { counts, lasts, increases, spansMs, minRates, maxRates } = buckets;
  switch (aggregate) {
    case 'avg':
      return buckets.averages ?? quotients(increases, spansMs, 1000);
    case 'sum':
      return whereCounted(increases, spansMs);
    case 'min':
      return minRates;
    case 'max':
      return maxRates;
    case 'last':
      return lasts;
    case 'count':
      return whereCounted(counts, counts);
  }
}

function quotients(sums: Float64Array, by: Float64Array, factor: number): Values {
  const values = new Float64Array(sums.length);
  for (let place = 0; place < values.length; place += 1) {
    const divisor = by[place] ?? 0;
    values[place] = divisor > 0 ? ((sums[place] ?? 0) / divisor) * factor : Number.NaN;
  }
  return values;
}

function whereCounted(values: Float64Array, counts: Float64Array): Values {
  return values.map((value, place) => ((counts[place] ?? 0) > 0 ? value : Number.NaN));
}

function sumOf(values: Float64Array): Float64Array {
  return Float64Array.of(values.reduce((sum, value) => (value === value ? sum + value : sum), 0));
}

function leastOf(values: Float64Array): Float64Array {
  return Float64Array.of(
    values.reduce((least, value) => (value < least || least !== least ? value : least), Number.NaN),
  );
}

function mostOf(values: Float64Array): Float64Array {
  return Float64Array.of(
    values.reduce((most, value) => (value > most || most !== most ? value : most), Number.NaN),
  );
}

function lastOf(values: Float64Array): Float64Array {
  return Float64Array.of(values.findLast((value) => value === value) ?? Number.NaN);
}
