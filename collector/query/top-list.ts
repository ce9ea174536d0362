// In: a metric, nodes and a moment or a range. Out: the nodes, or the series, with the highest or lowest values, in order;
// equal ones by name. It refuses (QueryError) what would cost too much, before it reads.
import type { TopEntry, TopList } from '../../shared/api/range.ts';
import type { Labels } from '../../shared/model/metric.ts';
import type { Buckets, RolledSeries } from '../store/buckets.ts';
import type { NodeRecord, Store } from '../store/store.ts';
import { createTurns } from '../store/turns.ts';
import { combine } from './across.ts';
import { isRate, totalOf, valuesOf } from './bucket-values.ts';
import { newestValues } from './latest-samples.ts';
import { coarseGrid, momentGrid, momentPlace } from './moment-grid.ts';
import { knownNodes } from './node-index.ts';
import { valueAtRank } from './quantile.ts';
import { refuseCostly } from './query-cost.ts';
import type { Across, TopQuery } from './range.ts';
import { forEachRolled, type RangeStore, readRolled } from './rolled-series.ts';
import { lastMs } from './sample-grid.ts';
import { seconds } from './views/seconds.ts';

const turnMs = 2;
/** An older tick is not what goes on now. */
const freshIntervals = 3;
const graceMs = 10_000;

export async function readTop(store: RangeStore, query: TopQuery, nowMs: number): Promise<TopList> {
  const nodes = await knownNodes(store, query.nodes);
  const found =
    query.when === null ? await valuesNow(store, nodes, query, nowMs) : await valuesThen(store, nodes, query);
  const { candidates, isCounter, ...rest } = found;
  const within = query.within ?? (isCounter ? 'sum' : 'max');
  const entries = query.of === 'series' ? candidates : combineNodes(candidates, within);
  return {
    metric: query.selector.metric,
    ...rest,
    considered: entries.length,
    entries: highest(entries, query),
  };
}

interface Found {
  readonly from: number;
  readonly to: number;
  readonly rate: boolean;
  readonly isCounter: boolean;
  readonly candidates: readonly Candidate[];
}

interface Candidate extends Omit<TopEntry, 'labels'> {
  readonly labels: Labels | null;
}

async function valuesNow(
  store: Pick<Store, 'latestTicks'>,
  nodes: readonly NodeRecord[],
  { selector }: TopQuery,
  nowMs: number,
): Promise<Found> {
  const yieldTurn = createTurns(turnMs);
  const candidates: Candidate[] = [];
  let rate = false;
  let fromMs = nowMs;
  for (const { name, intervalMs } of nodes) {
    const ticks = store.latestTicks(name);
    const newest = ticks.at(-1);
    if (newest === undefined || nowMs - newest.timeMs > freshIntervals * intervalMs + graceMs) continue;
    for (const { series, value } of newestValues(ticks, selector)) {
      rate ||= series.kind === 'counter';
      fromMs = Math.min(fromMs, newest.timeMs);
      candidates.push({ node: name, labels: series.labels, value });
    }
    await yieldTurn();
  }
  return { from: seconds(fromMs), to: seconds(nowMs), rate, isCounter: rate, candidates };
}

async function valuesThen(store: RangeStore, nodes: readonly NodeRecord[], query: TopQuery): Promise<Found> {
  const { when, selector, aggregate } = query;
  const isMoment = typeof when === 'number';
  const span = typeof when === 'object' && when !== null ? when : { fromMs: when ?? 0, toMs: when ?? 0 };
  const grid = isMoment ? momentGrid(span.toMs) : coarseGrid(span);
  const selectors = [selector];
  refuseCostly(store, { nodes, selectors, grid });
  const series = await readRolled(store, { nodes, selectors, grid, toMs: span.toMs });
  const candidates: Candidate[] = [];
  let rate = false;
  let isCounter = false;
  await forEachRolled(series, ({ node, labels, buckets }: RolledSeries) => {
    const one = isMoment ? buckets : totalOf(buckets);
    const value = valuesOf(one, aggregate)[placeOf(one, isMoment)] ?? Number.NaN;
    if (Number.isNaN(value)) return;
    rate ||= isRate(buckets, aggregate);
    isCounter ||= buckets.kind === 'counter';
    candidates.push({ node, labels, value });
  });
  const from = seconds(grid.firstMs - grid.stepMs);
  return { from, to: seconds(Math.min(lastMs(grid), span.toMs)), rate, isCounter, candidates };
}

function placeOf({ counts }: Buckets, isMoment: boolean): number {
  return isMoment ? momentPlace(counts) : 0;
}

function combineNodes(candidates: readonly Candidate[], within: Across): readonly Candidate[] {
  const byNode = new Map<string, Float64Array[]>();
  for (const { node, value } of candidates) {
    const row = Float64Array.of(value);
    const rows = byNode.get(node);
    if (rows === undefined) byNode.set(node, [row]);
    else rows.push(row);
  }
  return [...byNode].map(([node, rows]) => ({
    node,
    labels: null,
    value: combine(rows, within, 1)[0] ?? Number.NaN,
  }));
}

/** Only what can be among the first is sorted: candidates may be many. */
function highest(candidates: readonly Candidate[], { order, limit }: TopQuery): TopEntry[] {
  const sign = order === 'highest' ? 1 : -1;
  const values = Float64Array.from(candidates, ({ value }) => sign * value);
  const isShort = values.length <= limit;
  const least = isShort ? Number.NEGATIVE_INFINITY : valueAtRank(values, values.length - limit);
  return candidates
    .filter(({ value }) => sign * value >= least)
    .toSorted((a, b) => sign * (b.value - a.value) || compareNames(a, b))
    .slice(0, limit)
    .map(({ node, labels, value }) => ({ node, labels: labels === null ? null : { ...labels }, value }));
}

function compareNames(a: Candidate, b: Candidate): number {
  const byNode = a.node.localeCompare(b.node, 'en', { numeric: true });
  return byNode || JSON.stringify(a.labels).localeCompare(JSON.stringify(b.labels), 'en', { numeric: true });
}
