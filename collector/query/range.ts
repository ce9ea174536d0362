// The questions about metrics over time and over nodes, and their limits. Data only.
import type { Labels } from '../../shared/model/metric.ts';

/** One metric, or those of its series that have all of these labels. */
export interface MetricSelector {
  readonly metric: string;
  readonly match: Labels;
}

/**
 * How the samples of a step become one value. Of a counter `avg`, `min` and `max` are of its growth per second and `sum`
 * is its growth; `last` is its raw value. `count` is how many samples there are.
 */
export type Aggregate = 'avg' | 'min' | 'max' | 'sum' | 'last' | 'count';
export const aggregates: readonly Aggregate[] = ['avg', 'min', 'max', 'sum', 'last', 'count'];

/** How values of several series at one time become one; `p99` is the 99th percentile. */
export type Across = 'sum' | 'avg' | 'min' | 'max' | 'count' | `p${number}`;

export interface TimeSpan {
  /** Both ends included, ms since the Unix epoch. */
  readonly fromMs: number;
  readonly toMs: number;
}

export interface RangeQuery extends TimeSpan {
  readonly nodes: readonly string[];
  readonly selectors: readonly MetricSelector[];
  /** null: the query layer chooses so that at most 500 samples come out. */
  readonly stepMs: number | null;
  readonly aggregate: Aggregate;
  /** With `avg`: the smallest and the largest value of each step beside it. null: for one node. */
  readonly bands: boolean | null;
  /** Series of one node become one first; null: they stay apart. */
  readonly within: Across | null;
  /** Series of all nodes become one, for each of these; empty: they stay apart. */
  readonly across: readonly Across[];
  /** Labels that series keep when they become one; null: all. */
  readonly by: readonly string[] | null;
}

export interface LatestQuery {
  readonly nodes: readonly string[];
  /** null: everything. */
  readonly selectors: readonly MetricSelector[] | null;
}

export interface TopQuery {
  readonly nodes: readonly string[];
  readonly selector: MetricSelector;
  /** A moment, or a range; null: now. */
  readonly when: number | TimeSpan | null;
  readonly aggregate: Aggregate;
  readonly of: 'nodes' | 'series';
  /** How the series of one node become one; null: the sum of counters, the largest of gauges. */
  readonly within: Across | null;
  readonly order: 'highest' | 'lowest';
  readonly limit: number;
}

export type ProcessSorting = 'cpu' | 'memory' | 'io' | 'gpu';

export interface TopProcessesQuery extends TimeSpan {
  readonly nodes: readonly string[];
  /** Only processes of this job; undefined: all. */
  readonly job?: string;
  readonly sort: ProcessSorting;
  readonly limit: number;
}

export const rangeLimits = {
  selectors: 64,
  across: 8,
  by: 16,
  samplesPerSeries: 11_000,
  /** One metric of 5,000 nodes at the default step. */
  samples: 2_500_000,
  /** Stored samples or buckets that one question may read. */
  readValues: 20_000_000,
  latestSeries: 100_000,
  topEntries: 1_000,
  snapshots: 20_000,
} as const;
