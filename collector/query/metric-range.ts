// In: nodes, a metric and a range. Out: its series as evenly spaced samples.
// It refuses (QueryError): a rate of a gauge, and answers or readings beyond a bound.
import type { MetricSeries } from '../../shared/api/metric.ts';
import type { BucketGrid, RolledSeries } from '../store/buckets.ts';
import type { NodeRecord } from '../store/store.ts';
import { courseOf, readCourses, shownCount } from './course.ts';
import { knownNodes } from './node-index.ts';
import { type MetricRange, QueryError } from './query.ts';
import { refuseCostly } from './query-cost.ts';
import type { Aggregate } from './range.ts';
import { forEachRolled, type RangeStore } from './rolled-series.ts';
import { defaultStepMs, sampleGrid } from './sample-grid.ts';
import { seconds } from './views/seconds.ts';

export async function readMetricRange(
  store: RangeStore,
  range: MetricRange,
): Promise<readonly MetricSeries[]> {
  const nodes = await knownNodes(store, range.nodes);
  if (nodes.length === 0) return [];
  const grid = gridFor(nodes, range);
  const selectors = [{ metric: range.metric, match: range.match }];
  refuseCostly(store, { nodes, selectors, grid });
  const [courses] = await readCourses(store, { nodes, selectors, grid, toMs: range.toMs });
  if (courses === undefined) return [];
  const count = shownCount([courses], grid, range.toMs);
  const answer: MetricSeries[] = [];
  await forEachRolled(courses.series, (series) => {
    const { values } = courseOf(series, courses, {
      aggregate: aggregateOf(series, range),
      withBand: false,
      count,
    });
    const { metric, node, labels } = series;
    answer.push({ metric, node, labels: { ...labels }, samples: stamped(values, grid) });
  });
  return answer;
}

/** Also for questions about several metrics: one grid for all of them. */
export function gridFor(
  nodes: readonly Pick<NodeRecord, 'intervalMs'>[],
  { fromMs, toMs, stepMs }: Pick<MetricRange, 'fromMs' | 'toMs' | 'stepMs'>,
): BucketGrid {
  const intervalMs = nodes.reduce((widest, node) => Math.max(widest, node.intervalMs), 1000);
  return sampleGrid(fromMs, toMs, stepMs ?? defaultStepMs(fromMs, toMs, intervalMs));
}

/** A gauge is averaged; of a counter the last value is told, or how fast it grows. */
function aggregateOf({ metric, buckets }: RolledSeries, { rate }: MetricRange): Aggregate {
  if (buckets.kind === 'counter') return rate ? 'avg' : 'last';
  if (!rate) return 'avg';
  throw new QueryError(
    'not-a-counter',
    `metric ${metric}: it is a gauge and has no rate`,
    'Ask for it without rate.',
  );
}

function stamped(values: Float64Array, { firstMs, stepMs }: BucketGrid): [number, number | null][] {
  return Array.from(values, (value, bucket) => [
    seconds(firstMs + bucket * stepMs),
    Number.isNaN(value) ? null : value,
  ]);
}
