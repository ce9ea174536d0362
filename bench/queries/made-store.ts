// A store's folder as a day of a cluster leaves it, written straight into the files of the tiers.
//
//   hours 0 to 22  16 nodes with 20 metrics, closed: raw and minute files
//   hour 22        all nodes, closed
//   hour 23        all nodes, open: hot slots of two minutes each
//
// In: how many nodes. Values are walks of seeded noise: metrics of a node and of the fleet cost the same wherever they came from.
import type { BucketGrid } from '../../collector/store/buckets.ts';
import { encodeBuckets } from '../../collector/store/columns/bucket-codec.ts';
import { rollUp } from '../../collector/store/columns/roll-up.ts';
import { slotGrid } from '../../collector/store/partitions/bucket-grids.ts';
import { toNewGroup } from '../../collector/store/partitions/node-columns.ts';
import { PartitionWriter } from '../../collector/store/partitions/partition-writer.ts';
import { hourMs, partitionAt, tierLayouts } from '../../collector/store/partitions/tier.ts';
import type { SeriesDefinition } from '../../shared/model/metric.ts';

export const dayBeginMs = Date.UTC(2026, 10, 20);
export const tickMs = 5_000;
export const longNodes = 16;
export const openHourMs = dayBeginMs + 23 * hourMs;
const slotMs = 120_000;
const lookbackMs = 3 * tickMs;

const gauge = (metric: string): SeriesDefinition => ({ metric, kind: 'gauge', decimals: 2, labels: {} });
const counter = (metric: string, labels: Record<string, string>): SeriesDefinition => ({
  metric,
  kind: 'counter',
  decimals: 2,
  labels,
});

/** What the map needs, and the gauge that is asked for over the fleet. */
export const fleetSeries: readonly SeriesDefinition[] = [
  ...['user', 'system', 'idle', 'iowait'].map((mode) => counter('jidi_cpu_seconds_total', { mode })),
  ...['node_load1', 'node_memory_MemAvailable_bytes', 'node_memory_MemTotal_bytes', 'jidi_agent_quiet'].map(
    gauge,
  ),
  ...['read', 'written'].map((what) => counter(`node_disk_${what}_bytes_total`, { device: 'nvme0n1' })),
  ...['receive', 'transmit'].map((what) => counter(`node_network_${what}_bytes_total`, { device: 'ib0' })),
];

/** The page of a node: 20 metrics. */
export const pageSeries: readonly SeriesDefinition[] = Array.from({ length: 20 }, (_, index) =>
  index % 2 === 0 ? gauge(`page_gauge_${index}`) : counter(`page_counter_${index}_total`, {}),
);

export function nodeName(index: number): string {
  return `n${String(index + 1).padStart(4, '0')}`;
}

/** Takes about a minute for 5,000 nodes. */
export function makeStore(root: string, nodes: number): void {
  const all = Array.from({ length: nodes }, (_, index) => nodeName(index));
  for (let hour = 0; hour < 23; hour += 1) {
    const some = hour === 22 ? all : all.slice(0, longNodes);
    const hourBeginMs = dayBeginMs + hour * hourMs;
    writeHour(root, 'raw', { nodes: some, hourBeginMs });
    writeHour(root, 'minute', { nodes: some, hourBeginMs });
  }
  writeHotHour(root, all);
}

interface Hour {
  readonly nodes: readonly string[];
  readonly hourBeginMs: number;
}

function writeHour(root: string, tier: 'raw' | 'minute', { nodes, hourBeginMs }: Hour): void {
  const writer = PartitionWriter.open(root, partitionAt(tier, hourBeginMs));
  const timesMs = timesFrom(hourBeginMs, hourMs);
  const grid = slotGrid('minute', hourBeginMs);
  writer.transaction(() => {
    const slot = writer.slot(hourBeginMs);
    forEachGroup(nodes, tierLayouts[tier].nodesPerGroup, (group, names) => {
      const series =
        names[0] === nodeName(0) || group < longNodes / names.length ? pageAndFleet : fleetSeries;
      const numbers = numbersOf(writer, names, series);
      if (tier === 'raw')
        putSamples(writer, slot, { group, names, series, numbers, timesMs, compression: 'zstd' });
      else putBuckets(writer, slot, { group, names, series, numbers, timesMs, grid });
    });
  });
  writer.close();
}

const pageAndFleet = [...fleetSeries, ...pageSeries];

function writeHotHour(root: string, nodes: readonly string[]): void {
  const writer = PartitionWriter.open(root, partitionAt('hot', openHourMs));
  for (let fromMs = openHourMs; fromMs < openHourMs + hourMs; fromMs += slotMs) {
    writer.transaction(() => {
      const slot = writer.slot(fromMs / slotMs);
      forEachGroup(nodes, tierLayouts.hot.nodesPerGroup, (group, names) => {
        const numbers = numbersOf(writer, names, fleetSeries);
        const timesMs = timesFrom(fromMs, slotMs);
        putSamples(writer, slot, {
          group,
          names,
          series: fleetSeries,
          numbers,
          timesMs,
          compression: 'none',
        });
      });
    });
  }
  writer.close();
}

function forEachGroup(
  nodes: readonly string[],
  nodesPerGroup: number,
  use: (group: number, names: readonly string[]) => void,
): void {
  for (let group = 0; group * nodesPerGroup < nodes.length; group += 1) {
    use(group, nodes.slice(group * nodesPerGroup, (group + 1) * nodesPerGroup));
  }
}

function numbersOf(
  writer: PartitionWriter,
  names: readonly string[],
  series: readonly SeriesDefinition[],
): readonly number[] {
  const numbers = series.map((one) => writer.addSeries(one) ?? 0).toSorted((a, b) => a - b);
  for (const name of names) writer.addSeriesOfNode(writer.addNode(name), numbers);
  return series.map((one) => writer.addSeries(one) ?? 0);
}

interface GroupWrite {
  readonly group: number;
  readonly names: readonly string[];
  readonly series: readonly SeriesDefinition[];
  readonly numbers: readonly number[];
  readonly timesMs: Float64Array;
}

function putSamples(
  writer: PartitionWriter,
  slot: number,
  {
    group,
    names,
    series,
    numbers,
    timesMs,
    compression,
  }: GroupWrite & { readonly compression: 'none' | 'zstd' },
): void {
  const nodes = names.map((name) => ({
    timesMs,
    columns: new Map(
      series.map((one, place) => [
        numbers[place] ?? 0,
        { values: valuesOf(name, place, one, timesMs), decimals: 2 },
      ]),
    ),
  }));
  const made = toNewGroup(group, nodes, compression);
  if (made !== undefined) writer.putGroup(slot, made);
}

function putBuckets(
  writer: PartitionWriter,
  slot: number,
  { group, names, series, numbers, timesMs, grid }: GroupWrite & { readonly grid: BucketGrid },
): void {
  const chunks = series
    .map((one, place) => {
      const buckets = names.map((name) =>
        rollUp(one.kind, { timesMs, values: valuesOf(name, place, one, timesMs) }, grid, {
          lookbackMs,
          decimals: 2,
        }),
      );
      return [numbers[place] ?? 0, encodeBuckets(buckets, { decimals: 2, compression: 'zstd' })] as const;
    })
    .toSorted(([left], [right]) => left - right);
  const lastMs = grid.firstMs + (grid.count - 1) * grid.stepMs;
  writer.putGroup(slot, { group, times: [], firstMs: grid.firstMs, lastMs, chunks });
}

function timesFrom(fromMs: number, lengthMs: number): Float64Array {
  return Float64Array.from({ length: lengthMs / tickMs }, (_, place) => fromMs + place * tickMs);
}

/** A function of node, series and time; so the tiers agree. */
function valuesOf(
  name: string,
  place: number,
  { kind }: SeriesDefinition,
  timesMs: Float64Array,
): Float64Array {
  const seed = Number(name.slice(1)) * 64 + place;
  const values = new Float64Array(timesMs.length);
  for (let at = 0; at < values.length; at += 1) {
    const tick = (timesMs[at] ?? 0) / tickMs - dayBeginMs / tickMs;
    let mixed = Math.imul(seed * 0x9e3779b1 + tick, 0x85ebca6b);
    mixed ^= mixed >>> 13;
    const noise = (Math.imul(mixed, 0xc2b2ae35) >>> 8) / 2 ** 24;
    values[at] =
      kind === 'gauge' ? Math.round(1000 * noise) / 100 : Math.round(500 * tick + 400 * noise) / 100;
  }
  return values;
}
