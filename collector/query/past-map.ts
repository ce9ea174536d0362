// In: a past moment. Out: the load of each node at that time, from the minute in which it lies or the one before.
// Nodes of which nothing was measured then are left out.
import type { MapNode, NodeLoad } from '../../shared/api/node.ts';
import type { RolledSeries } from '../store/buckets.ts';
import type { NodeRecord } from '../store/store.ts';
import { valuesOf } from './bucket-values.ts';
import { momentGrid, momentPlace } from './moment-grid.ts';
import { clampRatio, unknownLoad } from './node-load.ts';
import type { MetricSelector } from './range.ts';
import { forEachRolled, type RangeStore, readRolled } from './rolled-series.ts';
import { lastMs } from './sample-grid.ts';
import { seconds } from './views/seconds.ts';

/** What was found of a node; NaN: nothing. */
interface Figures {
  timeMs: number;
  busy: number;
  all: number;
  available: number;
  total: number;
  load1: number;
  disk: number;
  network: number;
  quiet: number;
}

type Take = (figures: Figures, value: number, labels: RolledSeries['labels']) => void;

const coreSeconds = 'node_cpu_seconds_total';
const takers: readonly (readonly [metric: string, take: Take])[] = [
  ['jidi_cpu_seconds_total', takeCpu],
  ['node_memory_MemAvailable_bytes', (figures, value) => void (figures.available = value)],
  ['node_memory_MemTotal_bytes', (figures, value) => void (figures.total = value)],
  ['node_load1', (figures, value) => void (figures.load1 = value)],
  ['node_disk_read_bytes_total', takeDisk],
  ['node_disk_written_bytes_total', takeDisk],
  ['node_network_receive_bytes_total', takeNetwork],
  ['node_network_transmit_bytes_total', takeNetwork],
  ['jidi_agent_quiet', (figures, value) => void (figures.quiet = value)],
];

export async function readPastMap(store: RangeStore, atMs: number): Promise<readonly MapNode[]> {
  const nodes = (await store.nodes()).filter(({ firstSeenMs }) => firstSeenMs <= atMs);
  const found = new Map<string, Figures>();
  const grid = momentGrid(atMs);
  const read = (selector: MetricSelector, some: readonly NodeRecord[]) =>
    readRolled(store, { nodes: some, selector, grid, toMs: atMs });
  const take = async (series: readonly RolledSeries[], use: Take) => {
    await forEachRolled(series, ({ node, labels, buckets }) => {
      const place = momentPlace(buckets.counts);
      const value = valuesOf(buckets, 'avg')[place] ?? Number.NaN;
      if (place < 0) return;
      const figures = found.get(node) ?? noFigures();
      found.set(node, figures);
      figures.timeMs = Math.max(figures.timeMs, Math.min(atMs, lastMs(grid) - (1 - place) * grid.stepMs));
      if (!Number.isNaN(value)) use(figures, value, labels);
    });
  };
  const all = await Promise.all(takers.map(([metric]) => read({ metric, match: {} }, nodes)));
  for (const [place, [, use]] of takers.entries()) await take(all[place] ?? [], use);
  // Agents of other makers have no totals; the cores are summed then.
  const without = nodes.filter(({ name }) => Number.isNaN(found.get(name)?.all ?? Number.NaN));
  await take(await read({ metric: coreSeconds, match: {} }, without), takeCpu);
  return nodes.flatMap((node) => {
    const figures = found.get(node.name);
    return figures === undefined ? [] : [toPastNode(node, figures)];
  });
}

function takeCpu(figures: Figures, value: number, { mode }: RolledSeries['labels']): void {
  figures.all = plus(figures.all, value);
  const isIdle = mode === 'idle' || mode === 'iowait';
  figures.busy = plus(figures.busy, isIdle ? 0 : value);
}

function takeDisk(figures: Figures, value: number): void {
  figures.disk = plus(figures.disk, value);
}

function takeNetwork(figures: Figures, value: number, { device }: RolledSeries['labels']): void {
  if (device !== 'lo') figures.network = plus(figures.network, value);
}

function plus(sum: number, value: number): number {
  return Number.isNaN(sum) ? value : sum + value;
}

function noFigures(): Figures {
  const none = Number.NaN;
  const cpu = { busy: none, all: none };
  const rest = { available: none, total: none, load1: none, disk: none, network: none, quiet: none };
  return { timeMs: 0, ...cpu, ...rest };
}

function toPastNode({ name, role }: NodeRecord, figures: Figures): MapNode {
  return { name, role, state: 'up', lastSeen: seconds(figures.timeMs), ...loadOf(figures) };
}

function loadOf({ busy, all, available, total, load1, disk, network, quiet }: Figures): NodeLoad {
  return {
    ...unknownLoad,
    cpuRatio: all > 0 ? clampRatio(busy / all) : null,
    memoryRatio: total > 0 && !Number.isNaN(available) ? clampRatio(1 - available / total) : null,
    load1: known(load1),
    diskBytesPerSecond: known(disk),
    networkBytesPerSecond: known(network),
    quiet: quiet === 1,
  };
}

function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
