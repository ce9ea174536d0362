// In: nodes, a metric and a range. Out: its series as evenly spaced samples.
// It refuses (QueryError): a rate of a gauge, and answers or readings beyond a bound.
import type { MetricSeries } from '../../shared/api/metric.ts';
import type { SeriesDefinition } from '../../shared/model/metric.ts';
import type { NodeRecord, SeriesData, Store } from '../store/store.ts';
import { createTurns } from '../store/turns.ts';
import { averages, type BucketValues, bridgeWideSpacings, lasts, maxGapIntervals, rates } from './buckets.ts';
import { type MetricRange, QueryError } from './query.ts';
import { defaultStepMs, lastMs, type SampleGrid, sampleGrid } from './sample-grid.ts';

const maxSamplesPerSeries = 11_000;
/** One metric of 5,000 nodes at the default step. */
const maxSamples = 2_500_000;
const maxRawSamples = 20_000_000;
const turnMs = 10;

export async function readMetricRange(store: Store, range: MetricRange): Promise<readonly MetricSeries[]> {
  const nodes = await knownNodes(store, range.nodes);
  if (nodes.length === 0) return [];
  const intervalMs = Math.max(...nodes.map((node) => node.intervalMs));
  const stepMs = range.stepMs ?? defaultStepMs(range.fromMs, range.toMs, intervalMs);
  const grid = sampleGrid(range.fromMs, range.toMs, stepMs);
  refuseLong(grid);
  const withSeries = await countSeries(store, range, { nodes, grid });
  const yieldTurn = createTurns(turnMs);
  const answer: MetricSeries[] = [];
  for (const node of withSeries) {
    const lookbackMs = Math.max(maxGapIntervals * node.intervalMs, stepMs);
    answer.push(...(await readNode(store, range, { node, grid, lookbackMs })));
    await yieldTurn();
  }
  return lastMs(grid) > range.toMs ? withoutEmptyEnd(answer) : answer;
}

/** A bucket that is still open and empty is no gap: its time has not come. */
function withoutEmptyEnd(answer: readonly MetricSeries[]): readonly MetricSeries[] {
  if (answer.some(({ samples }) => samples.at(-1)?.[1] !== null)) return answer;
  return answer.map((series) => ({ ...series, samples: series.samples.slice(0, -1) }));
}

async function knownNodes(store: Store, names: readonly string[]): Promise<readonly NodeRecord[]> {
  const records = new Map((await store.nodes()).map((record) => [record.name, record]));
  return [...new Set(names)].flatMap((name) => records.get(name) ?? []);
}

/** The nodes that have the metric; refuses before anything large is read. */
async function countSeries(
  store: Store,
  range: MetricRange,
  { nodes, grid }: { nodes: readonly NodeRecord[]; grid: SampleGrid },
): Promise<readonly NodeRecord[]> {
  const withSeries: NodeRecord[] = [];
  const yieldTurn = createTurns(turnMs);
  let samples = 0;
  let rawSamples = 0;
  for (const node of nodes) {
    const series = (await store.series(node.name, range.metric)).filter((one) => hasLabels(one, range));
    if (range.rate) refuseGauge(series);
    if (series.length > 0) withSeries.push(node);
    samples += series.length * grid.count;
    rawSamples += series.length * ((grid.count * grid.stepMs) / Math.max(1, node.intervalMs));
    if (samples > maxSamples) throw tooMany(`the answer would have more than ${maxSamples} samples`);
    if (rawSamples > maxRawSamples) throw tooMany(`more than ${maxRawSamples} stored samples would be read`);
    await yieldTurn();
  }
  return withSeries;
}

function hasLabels({ labels }: SeriesDefinition, { match }: MetricRange): boolean {
  return Object.entries(match).every(([name, value]) => labels[name] === value);
}

interface NodeRead {
  readonly node: NodeRecord;
  readonly grid: SampleGrid;
  readonly lookbackMs: number;
}

async function readNode(
  store: Store,
  range: MetricRange,
  { node, grid, lookbackMs }: NodeRead,
): Promise<readonly MetricSeries[]> {
  if (grid.count === 0) return [];
  const beginMs = grid.firstMs - grid.stepMs;
  const found = await store.select({
    nodes: [node.name],
    metric: range.metric,
    match: range.match,
    fromMs: beginMs - (range.rate ? lookbackMs : 0),
    toMs: range.toMs,
  });
  return found
    .filter(({ timesMs }) => (timesMs.at(-1) ?? 0) > beginMs)
    .map((series) => {
      const known = range.rate ? rates(series, grid, lookbackMs) : plainValues(series, grid);
      const values = bridgeWideSpacings(known, series, { grid, intervalMs: node.intervalMs });
      const { metric, labels } = series;
      return { metric, node: node.name, labels: { ...labels }, samples: stamped(values, grid) };
    });
}

function plainValues(series: SeriesData, grid: SampleGrid): BucketValues {
  return series.kind === 'gauge' ? averages(series, grid) : lasts(series, grid);
}

function stamped(values: BucketValues, { firstMs, stepMs }: SampleGrid): [number, number | null][] {
  return values.map((value, bucket) => [(firstMs + bucket * stepMs) / 1000, value]);
}

function refuseLong({ count }: SampleGrid): void {
  if (count <= maxSamplesPerSeries) return;
  throw tooMany(`a series would have ${count} samples, at most ${maxSamplesPerSeries} are given`);
}

function refuseGauge(series: readonly SeriesDefinition[]): void {
  const gauge = series.find(({ kind }) => kind === 'gauge');
  if (gauge === undefined) return;
  throw new QueryError(
    'not-a-counter',
    `metric ${gauge.metric}: it is a gauge and has no rate`,
    'Ask for it without rate.',
  );
}

function tooMany(message: string): QueryError {
  return new QueryError(
    'too-many-samples',
    `metric range: ${message}`,
    'Ask for a larger step, a shorter range, fewer nodes or more labels.',
  );
}
