// In: a question about several metrics of several nodes over time. Out: a table: the times once, and a row of values for
// each series, or for each group of series that became one. Beside it what was declared lost.
// It refuses (QueryError) what would cost too much, before it reads.
import type { DeclaredGap } from '../../shared/api/range.ts';
import type { Labels } from '../../shared/model/metric.ts';
import type { BucketGrid } from '../store/buckets.ts';
import type { NodeRecord } from '../store/store.ts';
import { type Band, isRate } from './bucket-values.ts';
import { combineRows } from './combined-rows.ts';
import { type Courses, courseOf, readCourses, shownCount } from './course.ts';
import { readGaps } from './declared-gaps.ts';
import { gridFor } from './metric-range.ts';
import { knownNodes } from './node-index.ts';
import { refuseCostly } from './query-cost.ts';
import type { RangeQuery } from './range.ts';
import { forEachRolled, type RangeStore } from './rolled-series.ts';

/** One line of the table. Its values are NaN where there is none. */
export interface MetricRow {
  readonly metric: string;
  /** null: of several nodes. */
  readonly node: string | null;
  readonly labels: Labels;
  /** True when the values are growth per second. */
  readonly rate: boolean;
  /** How series became one; null: this is a series. */
  readonly across: string | null;
  /** How many series are in it. */
  readonly members: number;
  readonly values: Float64Array;
  readonly band: Band | null;
}

export interface MetricTable {
  /** Each sample stands for the step that ends at its time, ms. */
  readonly timesMs: Float64Array;
  readonly stepMs: number;
  readonly rows: readonly MetricRow[];
  /** null: there are too many to be told. */
  readonly gaps: readonly DeclaredGap[] | null;
}

export async function readMetricTable(store: RangeStore, query: RangeQuery): Promise<MetricTable> {
  const nodes = await knownNodes(store, query.nodes);
  const grid = gridFor(nodes, query);
  refuseCostly(store, { nodes, selectors: query.selectors, grid });
  const withBand = wantsBand(query, nodes, grid);
  const onlyAverage = !withBand && (query.aggregate === 'avg' || query.aggregate === 'count');
  const { selectors, toMs } = query;
  const [courses, gaps] = await Promise.all([
    readCourses(store, { nodes, selectors, grid, toMs, onlyAverage }),
    readGaps(store, nodes, query),
  ]);
  const count = shownCount(courses, grid, toMs);
  const shown = { count, withBand };
  const rows: (readonly MetricRow[])[] = [];
  for (const some of courses) {
    rows.push(await combineRows(await toRows(some, query, shown), query, count));
  }
  return {
    timesMs: Float64Array.from({ length: count }, (_, place) => grid.firstMs + place * grid.stepMs),
    stepMs: grid.stepMs,
    rows: rows.flat(),
    gaps,
  };
}

/** Where each step has one sample, its average is its smallest and largest, too. */
function wantsBand(query: RangeQuery, nodes: readonly NodeRecord[], { stepMs }: BucketGrid): boolean {
  const { aggregate, across, within, bands } = query;
  const isPlain = aggregate === 'avg' && across.length === 0 && within === null;
  const isCoarse = nodes.some((node) => node.intervalMs < stepMs);
  return isPlain && isCoarse && (bands ?? query.nodes.length === 1);
}

interface Shown {
  readonly count: number;
  readonly withBand: boolean;
}

async function toRows(
  courses: Courses,
  { aggregate }: RangeQuery,
  { count, withBand }: Shown,
): Promise<readonly MetricRow[]> {
  const rows: MetricRow[] = [];
  await forEachRolled(courses.series, (series) => {
    const { node, metric, labels, buckets } = series;
    rows.push({
      metric,
      node,
      labels,
      across: null,
      members: 1,
      rate: isRate(buckets, aggregate),
      ...courseOf(series, courses, { aggregate, withBand, count }),
    });
  });
  return rows;
}
