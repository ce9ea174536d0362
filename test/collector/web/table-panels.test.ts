import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createSources } from '../../../agent/sources/registry.ts';
import { chartTable } from '../../../collector/web/charts/chart-table.ts';
import { toGrid } from '../../../collector/web/charts/grid.ts';
import { queryKey } from '../../../collector/web/charts/metric-feed.ts';
import type { Panel } from '../../../collector/web/charts/panel.ts';
import { overviewPanels } from '../../../collector/web/charts/panels.ts';
import { groupPanels } from '../../../collector/web/charts/table-panels.ts';
import { formatAxis, formatFigure } from '../../../collector/web/charts/units.ts';
import type { MetricSeries } from '../../../shared/api/metric.ts';
import { fixtureHost, machineFolder } from '../../agent/sources/fixture-machine.ts';
import { groupSeries } from './preview-series.ts';

const entries = Object.values(chartTable).flat();

type Info = Parameters<typeof groupPanels>[1][number];
const gauge = (metric: string): Info => ({ metric, kind: 'gauge' });
const counter = (metric: string): Info => ({ metric, kind: 'counter' });

function panelOf(id: string, ...infos: readonly Info[]): Panel {
  const panel = groupPanels(chartTable, infos)
    .flatMap(({ panels }) => panels)
    .find((one) => one.id === id);
  if (panel === undefined) throw new Error(`no panel ${id}`);
  return panel;
}

function linesOf(
  panel: Panel,
  series: readonly [metric: string, labels: Record<string, string>, value: number][],
) {
  const answer = series.map(([metric, labels, value]): MetricSeries => {
    return { metric, node: 'n1', labels, samples: [[10, value]] };
  });
  return panel.derive(toGrid(answer, [10], 10)).map(({ name, values }) => [name, values[0]]);
}

describe('the chart table', () => {
  it('gives a chart an id of its own, a title in both languages, and lines that can be told apart', () => {
    const ids = [...overviewPanels, ...entries].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id, title, lines } of entries) {
      expect([id, typeof title === 'string' ? [] : title.filter((words) => words.trim() !== '')]).toEqual([
        id,
        [expect.any(String), expect.any(String)],
      ]);
      const names = lines.map(({ by, name }) => JSON.stringify([by, name]));
      expect([id, new Set(names).size]).toEqual([id, lines.length]);
    }
  });

  it('names only metrics that the agent tells', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../docs/reference/metrics.md'), 'utf8');
    const told = new Set(page.match(/\b(?:jidi|node)_\w+/g));
    const named = entries.flatMap(({ lines }) => lines.flatMap(({ metric, per }) => [metric, per ?? metric]));
    expect(named.filter((metric) => !told.has(metric))).toEqual([]);
  });

  it('knows how far apart the readings of slow counters are', () => {
    const sources = createSources(fixtureHost(machineFolder('two-socket')));
    const spacings = new Map(
      sources.flatMap(({ metrics, everyMs = 0 }) =>
        metrics.flatMap(({ name, kind }) => (kind === 'counter' ? [[name, everyMs / 1000] as const] : [])),
      ),
    );
    for (const source of sources) source.close();
    for (const { id, lines, more } of entries) {
      const slowest = Math.max(
        0,
        ...lines.map(({ metric, asCount }) => (asCount ? 0 : (spacings.get(metric) ?? 0))),
      );
      expect([id, more.everySeconds ?? 0]).toEqual([id, Math.max(slowest, more.everySeconds ?? 0)]);
    }
    expect(spacings.get('node_mountstats_nfs_total_read_bytes_total')).toBeGreaterThan(1);
  });

  it('shows nothing on a node that has nothing of it', () => {
    expect(groupPanels(chartTable, [gauge('node_load1')])).toEqual([]);
  });

  it('shows the groups and charts for which the node has metrics, and asks only for those', () => {
    const shown = groupPanels(chartTable, [
      gauge('jidi_gpu_power_watts'),
      counter('node_rapl_package_joules_total'),
      counter('node_netstat_Tcp_RetransSegs'),
    ]);
    expect(shown.map(({ group, panels }) => [group, panels.map(({ id }) => id)])).toEqual([
      ['gpu', ['gpuPower']],
      ['network', ['retransmits']],
      ['health', ['power']],
    ]);
    expect(shown.flatMap(({ panels }) => panels.flatMap(({ queries }) => queries.map(queryKey)))).toEqual([
      'jidi_gpu_power_watts{}',
      'rate node_netstat_Tcp_RetransSegs{}',
      'rate node_rapl_package_joules_total{}',
    ]);
  });

  it('has a made-up series for looking at every group', () => {
    const infos = Object.keys(groupSeries).map((metric) => gauge(metric));
    expect(groupPanels(chartTable, infos).map(({ group }) => group)).toEqual(Object.keys(chartTable));
  });
});

describe('derived lines', () => {
  it('of a file system are what df says: reserved blocks and quotas are no use', () => {
    const panel = overviewPanels.find(({ id }) => id === 'filesystem');
    if (panel === undefined) throw new Error('no panel of file systems');
    const [size, free, avail] = ['size', 'free', 'avail'].map((part) => `node_filesystem_${part}_bytes`);
    expect(panel.queries.map(({ metric }) => metric)).toEqual([size, free, avail]);
    const of = (mountpoint: string, values: readonly number[]) =>
      panel.queries.map(({ metric }, at) => [metric, { mountpoint }, values[at] ?? 0] as const);
    const series = [...of('/', [100, 88, 28]), ...of('/full', [100, 5, 0]), ...of('/none', [0, 0, 0])];
    expect(
      linesOf(
        panel,
        series.map(([metric, labels, value]) => [metric, labels, value]),
      ),
    ).toEqual([
      ['/', 0.3],
      ['/full', 1],
      ['/none', null],
    ]);
  });

  const latency = () =>
    panelOf(
      'diskLatency',
      counter('node_disk_read_time_seconds_total'),
      counter('node_disk_reads_completed_total'),
      counter('node_disk_write_time_seconds_total'),
    );

  it('of a latency are the quotient of two rates; no request, no latency', () => {
    const panel = latency();
    expect(panel.queries.map(queryKey)).toEqual([
      'rate node_disk_read_time_seconds_total{}',
      'rate node_disk_reads_completed_total{}',
    ]);
    expect(
      linesOf(panel, [
        ['node_disk_read_time_seconds_total', { device: 'sda' }, 0.5],
        ['node_disk_reads_completed_total', { device: 'sda' }, 250],
        ['node_disk_read_time_seconds_total', { device: 'sdb' }, 0],
        ['node_disk_reads_completed_total', { device: 'sdb' }, 0],
        ['node_disk_read_time_seconds_total', { device: 'sdc' }, 1],
      ]),
    ).toEqual([
      ['sda read', 0.002],
      ['sdb read', null],
    ]);
  });

  it('sum what is not told apart: the modes of a job make its cores', () => {
    const cpu = 'jidi_job_cpu_seconds_total';
    expect(
      linesOf(panelOf('jobCpu', counter(cpu)), [
        [cpu, { job: '7', mode: 'user' }, 3],
        [cpu, { job: '7', mode: 'system' }, 0.5],
        [cpu, { job: '<b>', mode: 'user' }, 1],
      ]),
    ).toEqual([
      ['job 7', 3.5],
      ['<b>', 1],
    ]);
  });

  it.each([
    ['numa', 'node_memory_numa_MemUsed', { node: '0' }, 'node 0'],
    ['gpuClock', 'jidi_gpu_clock_hertz', { gpu: '1', domain: 'sm' }, 'GPU 1 sm'],
    ['power', 'node_rapl_package_joules_total', { index: '1' }, 'package 1'],
  ])('say of what a number is the number: %s', (id, metric, labels, name) => {
    const panel = panelOf(id, gauge(metric));
    expect(linesOf(panel, [[metric, labels, 5]])).toEqual([[name, 5]]);
  });

  it('of a counter that is read every 10 s are no comb at a step of 5 s, from the first reading on', () => {
    const read = 'node_mountstats_nfs_total_read_bytes_total';
    const panel = panelOf('nfs', counter(read));
    const times = [5, 10, 15, 20, 25, 30, 35, 40];
    const rates = [null, 0, 200, 0, 200, null, 0, 400];
    const samples = times.map((time, i): [number, number | null] => [time, rates[i] ?? null]);
    const answer: MetricSeries[] = [{ metric: read, node: 'n1', labels: { export: 'a:/b' }, samples }];
    const [line] = panel.derive(toGrid(answer, times, 5));
    expect(line?.values).toEqual([null, 0, 100, 100, 100, null, 0, 200]);
  });

  it('of counts stay counts, and only series with the label are taken', () => {
    const ecc = panelOf('ecc', counter('node_edac_correctable_errors_total'));
    expect(ecc.queries.map(queryKey)).toEqual(['node_edac_correctable_errors_total{}']);
    const units = panelOf('units', gauge('node_systemd_unit_state'));
    expect(units.queries.map(queryKey)).toEqual(['node_systemd_unit_state{state=failed}']);
    expect(
      linesOf(units, [
        ['node_systemd_unit_state', { name: 'slurmd.service', state: 'failed' }, 1],
        ['node_systemd_unit_state', { name: 'slurmd.service', state: 'active' }, 0],
      ]),
    ).toEqual([['slurmd.service', 1]]);
  });
});

describe('figures', () => {
  it.each([
    ['seconds', 0.0000372, '37.2 µs', '37.2 µs'],
    ['seconds', -0.00123456, '-1.23 ms', '-1.235 ms'],
    ['seconds', 12, '12 s', '12 s'],
    ['perSecond', 0.605, '0.605/s', '0.605/s'],
    ['perSecond', 42_000, '42 k/s', '42 k/s'],
    ['perSecond', 0, '0/s', '0'],
    ['celsius', 65.04, '65 °C', '65 °C'],
    ['watts', 1234, '1.23 kW', '1.234 kW'],
    ['hertz', 2.6e9, '2.6 GHz', '2.6 GHz'],
    ['rpm', 4250, '4250 rpm', '4250 rpm'],
  ] as const)('of %s: %d', (unit, value, figure, axis) => {
    expect([formatFigure(unit, value), formatAxis(unit, value)]).toEqual([figure, axis]);
    expect(formatFigure(unit, null)).toBe('–');
  });
});
