// In: the last two ticks of a node. Out: the figures by which a node map is coloured; null where the node does not tell,
// never 0. And whether the node is kept quiet.
import type { NodeLoad } from '../../shared/api/node.ts';
import type { MetricTick, SeriesDefinition } from '../../shared/model/metric.ts';

export const unknownLoad: NodeLoad = {
  cpuRatio: null,
  memoryRatio: null,
  load1: null,
  diskBytesPerSecond: null,
  networkBytesPerSecond: null,
  quiet: false,
};

const maxSpacingIntervals = 3;
const graceMs = 10_000;

export interface LoadMoment {
  readonly intervalMs: number;
  readonly nowMs: number;
}

/** Derives the load from ticks (oldest first); a result is remembered as long as its newest tick lives. */
export function createLoadReader(): (ticks: readonly MetricTick[], moment: LoadMoment) => NodeLoad {
  const known = new WeakMap<MetricTick, { readonly load: NodeLoad; readonly spacingMs: number }>();
  return (ticks, { intervalMs, nowMs }) => {
    const newest = ticks.at(-1);
    const spacingMs = maxSpacingIntervals * intervalMs + graceMs;
    if (newest === undefined || Math.abs(nowMs - newest.timeMs) > spacingMs) return unknownLoad;
    const remembered = known.get(newest);
    if (remembered?.spacingMs === spacingMs) return remembered.load;
    const before = ticks.length > 1 ? ticks[0] : undefined;
    const isNear = before !== undefined && newest.timeMs - before.timeMs <= spacingMs;
    const load = deriveLoad(isNear ? before : undefined, newest);
    known.set(newest, { load, spacingMs });
    return load;
  };
}

export function deriveLoad(before: MetricTick | undefined, newest: MetricTick): NodeLoad {
  const places = placesOf(newest.series);
  const at = (metric: string) => valueOf(newest, places.gauges.get(metric));
  const available = at('node_memory_MemAvailable_bytes');
  const total = at('node_memory_MemTotal_bytes');
  const seconds = before === undefined ? 0 : (newest.timeMs - before.timeMs) / 1000;
  const rate = (counters: readonly number[]) => {
    const increase = sumIncrease(before, newest, counters);
    return increase === null || seconds <= 0 ? null : increase / seconds;
  };
  return roundedLoad({
    cpuRatio: cpuRatio(before, newest, places.cpu),
    memoryRatio:
      available === null || total === null || total <= 0 ? null : clampRatio(1 - available / total),
    load1: at('node_load1'),
    diskBytesPerSecond: rate(places.disk),
    networkBytesPerSecond: rate(places.network),
    quiet: at('jidi_agent_quiet') === 1,
  });
}

/** To what a colour can show: a map of thousands of nodes is written faster then, and is a fifth smaller. */
export function roundedLoad(load: NodeLoad): NodeLoad {
  const { cpuRatio, memoryRatio, load1, diskBytesPerSecond, networkBytesPerSecond, quiet } = load;
  return {
    cpuRatio: rounded(cpuRatio, 10_000),
    memoryRatio: rounded(memoryRatio, 10_000),
    load1: rounded(load1, 1_000),
    diskBytesPerSecond: rounded(diskBytesPerSecond, 1),
    networkBytesPerSecond: rounded(networkBytesPerSecond, 1),
    quiet,
  };
}

function rounded(value: number | null, unit: number): number | null {
  return value === null ? null : Math.round(value * unit) / unit;
}

interface Places {
  readonly gauges: ReadonlyMap<string, number>;
  readonly cpu: { readonly idle: readonly number[]; readonly all: readonly number[] };
  readonly disk: readonly number[];
  readonly network: readonly number[];
}

const gauges = new Set([
  'node_memory_MemAvailable_bytes',
  'node_memory_MemTotal_bytes',
  'node_load1',
  'jidi_agent_quiet',
]);
const diskCounters = new Set(['node_disk_read_bytes_total', 'node_disk_written_bytes_total']);
const networkCounters = new Set(['node_network_receive_bytes_total', 'node_network_transmit_bytes_total']);
const cpuTotals = 'jidi_cpu_seconds_total';
const cpuPerCore = 'node_cpu_seconds_total';

function placesOf(series: readonly SeriesDefinition[]): Places {
  const found = { gauges: new Map<string, number>(), disk: [] as number[], network: [] as number[] };
  const totals = { idle: [] as number[], all: [] as number[] };
  const perCore = { idle: [] as number[], all: [] as number[] };
  for (const [place, { metric, labels }] of series.entries()) {
    if (gauges.has(metric)) found.gauges.set(metric, place);
    else if (diskCounters.has(metric)) found.disk.push(place);
    else if (networkCounters.has(metric) && labels['device'] !== 'lo') found.network.push(place);
    else if (metric === cpuTotals || metric === cpuPerCore) {
      const cpu = metric === cpuTotals ? totals : perCore;
      cpu.all.push(place);
      if (labels['mode'] === 'idle' || labels['mode'] === 'iowait') cpu.idle.push(place);
    }
  }
  return { ...found, cpu: totals.all.length > 0 ? totals : perCore };
}

function cpuRatio(before: MetricTick | undefined, newest: MetricTick, cpu: Places['cpu']): number | null {
  const all = sumIncrease(before, newest, cpu.all);
  const idle = sumIncrease(before, newest, cpu.idle);
  return all === null || idle === null || all <= 0 ? null : clampRatio(1 - idle / all);
}

/**
 * Sum of what the counters grew by; null when none is known in both ticks. A counter that fell counts as not
 * known: at a restart its increase is lost, and the kernel lets iowait step back a little.
 */
function sumIncrease(
  before: MetricTick | undefined,
  newest: MetricTick,
  places: readonly number[],
): number | null {
  if (before === undefined) return null;
  let sum: number | null = null;
  for (const place of places) {
    const now = valueOf(newest, place);
    const then = valueOf(before, samePlace(before, newest, place));
    if (now !== null && then !== null && now >= then) sum = (sum ?? 0) + now - then;
  }
  return sum;
}

/** Most often both ticks have the same series in the same places; else it is looked for. */
export function samePlace(before: MetricTick, newest: MetricTick, place: number): number | undefined {
  const wanted = newest.series[place];
  const there = before.series[place];
  if (wanted === undefined || there === wanted || isSameSeries(there, wanted)) return place;
  const found = before.series.findIndex((candidate) => isSameSeries(candidate, wanted));
  return found < 0 ? undefined : found;
}

function isSameSeries(a: SeriesDefinition | undefined, b: SeriesDefinition): boolean {
  if (a === undefined || a.metric !== b.metric) return false;
  const names = Object.keys(b.labels);
  return (
    Object.keys(a.labels).length === names.length && names.every((name) => a.labels[name] === b.labels[name])
  );
}

export function valueOf(tick: MetricTick, place: number | undefined): number | null {
  const value = place === undefined ? undefined : tick.values[place];
  return value === undefined || Number.isNaN(value) ? null : value;
}

export function clampRatio(ratio: number): number {
  return Math.min(1, Math.max(0, ratio));
}
