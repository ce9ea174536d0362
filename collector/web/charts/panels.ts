// The charts that every node's page begins with: those that need arithmetic of their own, and the
// most wanted of the others. In: series on a grid. Out: lines with names in the present language.
import { t } from '../i18n/language.ts';
import type { Grid } from './grid.ts';
import { combine, divide, type Line, metricOf, scale, sum, sumBy } from './lines.ts';
import type { Panel } from './panel.ts';
import { type ChartEntry, kindByName, tablePanel } from './table-panels.ts';

const nodeSeconds = 'jidi_cpu_seconds_total';
const coreSeconds = 'node_cpu_seconds_total';

const cpuGroups = [
  { name: () => t('cpu.user'), modes: ['user', 'nice'] },
  { name: () => t('cpu.system'), modes: ['system'] },
  { name: () => t('cpu.iowait'), modes: ['iowait'] },
  { name: () => t('cpu.interrupts'), modes: ['irq', 'softirq'] },
  { name: () => t('cpu.steal'), modes: ['steal'] },
] as const;

const overviewEntries: readonly ChartEntry[] = [
  {
    id: 'pressure',
    title: 'panel.pressure',
    unit: 'ratio',
    lines: [
      { metric: 'node_pressure_cpu_waiting_seconds_total', by: '', name: 'pressure.cpu' },
      { metric: 'node_pressure_io_waiting_seconds_total', by: '', name: 'pressure.io' },
      { metric: 'node_pressure_memory_waiting_seconds_total', by: '', name: 'pressure.memory' },
    ],
    more: { missing: 'panel.noPressure' },
  },
  {
    id: 'disk',
    title: 'panel.disk',
    unit: 'bytesPerSecond',
    lines: [
      { metric: 'node_disk_read_bytes_total', by: 'device', name: 'disk.read' },
      { metric: 'node_disk_written_bytes_total', by: 'device', name: 'disk.write' },
    ],
    more: {},
  },
  {
    id: 'network',
    title: 'panel.network',
    unit: 'bytesPerSecond',
    lines: [
      { metric: 'node_network_receive_bytes_total', by: 'device', name: 'network.in' },
      { metric: 'node_network_transmit_bytes_total', by: 'device', name: 'network.out' },
    ],
    more: { aside: { note: 'chart.loopback', holds: ({ name }) => name.startsWith('lo ') } },
  },
];

/** In sight at first, on every node. */
export const overviewPanels: readonly Panel[] = [
  {
    id: 'cpu',
    title: 'panel.cpu',
    unit: 'ratio',
    shape: 'stack',
    top: 1,
    missing: 'panel.noSeries',
    queries: [{ metric: nodeSeconds, rate: true }],
    derive: deriveCpu,
  },
  {
    id: 'cores',
    title: 'panel.cores',
    unit: 'ratio',
    shape: 'heat',
    top: 1,
    missing: 'panel.noSeries',
    queries: [
      { metric: coreSeconds, rate: true, match: 'mode=idle' },
      { metric: coreSeconds, rate: true, match: 'mode=iowait' },
    ],
    derive: deriveCores,
  },
  {
    id: 'memory',
    title: 'panel.memory',
    unit: 'bytes',
    shape: 'stack',
    missing: 'panel.noSeries',
    queries: [
      { metric: 'node_memory_MemTotal_bytes' },
      { metric: 'node_memory_MemAvailable_bytes' },
      { metric: 'node_memory_MemFree_bytes' },
    ],
    derive: deriveMemory,
  },
  {
    id: 'load',
    title: 'panel.load',
    unit: 'number',
    shape: 'lines',
    missing: 'panel.noSeries',
    queries: [{ metric: 'node_load1' }, { metric: 'node_load5' }, { metric: 'node_load15' }],
    derive: (grid) =>
      [1, 5, 15].flatMap((minutes) =>
        metricOf(grid, `node_load${minutes}`).map(({ values }) => ({
          name: t('load.minutes', { n: minutes }),
          values,
        })),
      ),
  },
  ...overviewEntries.flatMap((entry) => tablePanel(entry, kindByName) ?? []),
  {
    id: 'filesystem',
    title: 'panel.filesystem',
    unit: 'ratio',
    shape: 'lines',
    top: 1,
    missing: 'panel.noSeries',
    queries: [
      { metric: 'node_filesystem_size_bytes' },
      { metric: 'node_filesystem_free_bytes' },
      { metric: 'node_filesystem_avail_bytes' },
    ],
    derive: deriveFilesystem,
  },
];

function deriveCpu(grid: Grid): readonly Line[] {
  const modes = sumBy(metricOf(grid, nodeSeconds), 'mode');
  if (modes.size === 0) return [];
  const all = sum([...modes.values()]);
  return cpuGroups.map(({ name, modes: parts }) => {
    const columns = parts.map((mode) => modes.get(mode)).filter((column) => column !== undefined);
    const values = columns.length === 0 ? scale(all, 0) : sum(columns);
    return { name: name(), values: divide(values, all) };
  });
}

/** Busy share of each core: what is neither idle nor waiting for I/O. */
function deriveCores(grid: Grid): readonly Line[] {
  const quiet = sumBy(metricOf(grid, coreSeconds), 'cpu');
  return [...quiet]
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([core, values]) => ({
      name: t('core.name', { n: core }),
      values: values.map((share) => (share === null ? null : Math.min(1, Math.max(0, 1 - share)))),
    }));
}

function deriveMemory(grid: Grid): readonly Line[] {
  const total = metricOf(grid, 'node_memory_MemTotal_bytes')[0]?.values;
  const available = metricOf(grid, 'node_memory_MemAvailable_bytes')[0]?.values;
  const free = metricOf(grid, 'node_memory_MemFree_bytes')[0]?.values;
  if (total === undefined || available === undefined) return [];
  const used: Line = { name: t('memory.used'), values: combine([total, available], minus) };
  if (free === undefined) return [used];
  return [
    used,
    { name: t('memory.cache'), values: combine([available, free], minus) },
    { name: t('memory.free'), values: combine([free, available], ([f = 0, a = 0]) => Math.min(f, a)) },
  ];
}

/** As df: of what users can fill. What is kept for root, or beyond a quota, is neither used nor available. */
function deriveFilesystem(grid: Grid): readonly Line[] {
  const [free, available] = ['free', 'avail'].map((part) => metricOf(grid, `node_filesystem_${part}_bytes`));
  return metricOf(grid, 'node_filesystem_size_bytes').flatMap(({ labels, values: size }) => {
    const sameOf = (all: typeof free) =>
      all?.find((series) => series.labels['mountpoint'] === labels['mountpoint']);
    const [unused, rest] = [sameOf(free), sameOf(available)];
    if (unused === undefined || rest === undefined) return [];
    const used = combine([size, unused.values], minus);
    return [{ name: labels['mountpoint'] ?? '', values: divide(used, sum([used, rest.values])) }];
  });
}

function minus([a = 0, b = 0]: readonly number[]): number {
  return Math.max(0, a - b);
}
