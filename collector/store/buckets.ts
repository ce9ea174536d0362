// What a roll-up is made of: the nouns that flush, compaction, reading and the query layer share. Data only.
//
// A bucket that ends at e holds the samples of (e - step, e]. All arrays of a series have one entry per bucket.
import type { Labels } from '../../shared/model/metric.ts';

/** Evenly spaced buckets; `firstMs` is the end of the first one, a whole multiple of the step. */
export interface BucketGrid {
  readonly firstMs: number;
  readonly stepMs: number;
  readonly count: number;
}

/** Means of a gauge, growth per second of a counter. Where they are there, they and `counts` are all that was asked for. */
export type Averages = Float64Array;

/** Of a gauge. Where `counts` is 0 there was no sample, and the other arrays hold NaN. */
export interface GaugeBuckets {
  readonly kind: 'gauge';
  readonly counts: Float64Array;
  readonly sums: Float64Array;
  readonly minima: Float64Array;
  readonly maxima: Float64Array;
  readonly lasts: Float64Array;
  readonly averages?: Averages;
}

/**
 * Of a counter. Its growth between two samples belongs to the bucket of the later one; a value that fell has counted from 0
 * again; growth over a gap belongs to no bucket. Where `counts` is 0 there was no sample, where `spansMs` is 0 no growth
 * is known; the other arrays then hold NaN.
 */
export interface CounterBuckets {
  readonly kind: 'counter';
  readonly counts: Float64Array;
  readonly lasts: Float64Array;
  readonly increases: Float64Array;
  /** Time over which `increases` was counted, ms. */
  readonly spansMs: Float64Array;
  /** Of the growth from one sample to the next, per second. */
  readonly minRates: Float64Array;
  readonly maxRates: Float64Array;
  readonly averages?: Averages;
}

export type Buckets = GaugeBuckets | CounterBuckets;

export interface RolledSeries {
  readonly node: string;
  readonly metric: string;
  readonly labels: Labels;
  readonly buckets: Buckets;
}

/** One series' samples, oldest first, without absent ones. */
export interface Samples {
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
}
