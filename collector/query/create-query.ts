// In: the store. Out: the read models for cluster, node, process and function. Each method reads, derives and
// translates; what needs more than that has its own file.
import type { MetricInfo } from '../../shared/api/metric.ts';
import type { Clock } from '../../shared/clock.ts';
import type { SeriesDefinition } from '../../shared/model/metric.ts';
import type { NodeRecord, Store } from '../store/store.ts';
import { agentPace } from './agent-pace.ts';
import { readLatest } from './latest-samples.ts';
import { readMetricRange } from './metric-range.ts';
import { readMetricTable } from './metric-table.ts';
import { nodesByName } from './node-index.ts';
import { createLoadReader } from './node-load.ts';
import { createPastMapReader } from './past-map.ts';
import { createProfileQueries } from './profiles/create-profile-queries.ts';
import { readFunctionClasses } from './profiles/function-classes.ts';
import { createProfileViews } from './profiles/views/answer-view.ts';
import type { ProfileViews } from './profiles/views/view-question.ts';
import type { Query } from './query.ts';
import { readTop } from './top-list.ts';
import { readTopProcesses } from './top-processes.ts';
import { toAuditRecord, toCommand } from './views/command.ts';
import { toMapNode, toNode, toNodeDetail } from './views/node.ts';
import { toProcessTable } from './views/process.ts';

const gapRangeMs = 24 * 3_600_000;
const maxGaps = 100;
const minSnapshotAgeMs = 60_000;
const maxSnapshotIntervals = 3;

/** How far the clocks of nodes are off; null where it is not known. */
export interface NodeClocks {
  of(node: string): { readonly offsetMs: number } | null;
}

const noClocks: NodeClocks = { of: () => null };

export interface QueryOptions {
  readonly clocks?: NodeClocks;
  /** Who makes views of stacks; absent: this thread, with the table of classes that came with the program. */
  readonly profileViews?: ProfileViews;
}

export function createQuery(store: Store, clock: Clock, options: QueryOptions = {}): Query {
  const { clocks = noClocks, profileViews = createProfileViews(store, readFunctionClasses()) } = options;
  const readPastMap = createPastMapReader(store);
  return {
    ...createNodeQueries(store, clock, clocks),
    ...createProfileQueries(store, profileViews),
    metricRange: (range) => readMetricRange(store, range),
    metricTable: (range) => readMetricTable(store, range),
    latest: (wish) => readLatest(store, wish),
    top: (wish) => readTop(store, wish, clock.now()),
    mapAt: (atMs) => readPastMap(atMs, clock.now()),
    topProcesses: (wish) => readTopProcesses(store, wish),
    async commands(filter) {
      return (await store.commands(filter)).map(toCommand);
    },
    async command(id) {
      const command = await store.command(id);
      return command === null ? null : toCommand(command);
    },
    async audit(filter) {
      return (await store.audit(filter)).map(toAuditRecord);
    },
  };
}

function createNodeQueries(store: Store, clock: Clock, clocks: NodeClocks) {
  const readLoad = createLoadReader();
  const loadOf = ({ name, intervalMs }: NodeRecord) =>
    readLoad(store.latestTicks(name), { intervalMs, nowMs: clock.now() });
  const find = async (name: string) => (await nodesByName(store)).get(name);
  return {
    async nodes() {
      return (await store.nodes()).map((record) => toNode(record, clock.now()));
    },
    async unknownNodes(names) {
      const known = await nodesByName(store);
      return names.filter((name) => !known.has(name));
    },
    async node(name) {
      const record = await find(name);
      if (record === undefined) return null;
      const [inventory, gaps] = await Promise.all([
        store.inventory(name),
        store.gaps(name, clock.now() - gapRangeMs, maxGaps),
      ]);
      const pace = agentPace(store.latestTicks(name).at(-1), record.intervalMs);
      const clockOffsetMs = clocks.of(name)?.offsetMs ?? null;
      const facts = { load: loadOf(record), pace, clockOffsetMs, inventory, gaps };
      return toNodeDetail(record, facts, clock.now());
    },
    async map() {
      return (await store.nodes()).map((record) => toMapNode(record, loadOf(record), clock.now()));
    },
    async metrics(node) {
      return (await find(node)) === undefined ? null : toMetricInfos(await store.series(node));
    },
    async processes(node, { atMs, job }) {
      const record = await find(node);
      if (record === undefined) return null;
      const maxAgeMs = Math.max(maxSnapshotIntervals * record.intervalMs, minSnapshotAgeMs);
      const snapshot = await store.snapshotAt(node, atMs ?? clock.now(), maxAgeMs);
      return toProcessTable(node, snapshot, job);
    },
  } satisfies Partial<Query>;
}

/** By name; the label sets of a metric in the order in which they appeared. */
function toMetricInfos(series: readonly SeriesDefinition[]): readonly MetricInfo[] {
  const infos = new Map<string, MetricInfo>();
  for (const { metric, kind, labels } of series) {
    const info = infos.get(metric) ?? { metric, kind, series: [] };
    info.series.push({ ...labels });
    infos.set(metric, info);
  }
  return [...infos.values()].toSorted((a, b) => (a.metric < b.metric ? -1 : 1));
}
