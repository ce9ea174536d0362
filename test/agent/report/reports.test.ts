import { expect, test } from 'vitest';
import { expositionText } from '../../../agent/report/exposition-text.ts';
import { type NodeReport, takeNodeReport } from '../../../agent/report/node-report.ts';
import { reportJson } from '../../../agent/report/report-json.ts';
import { createReportSay, reportLanguage } from '../../../agent/report/report-language.ts';
import { formatValue, reportText } from '../../../agent/report/report-text.ts';
import { surveySources } from '../../../agent/report/survey-sources.ts';
import { textTable } from '../../../agent/report/text-table.ts';
import { sourceFactories } from '../../../agent/sources/registry.ts';
import type { Source } from '../../../agent/sources/source.ts';
import { counter, gauge } from '../../../shared/model/metric.ts';
import { TurnedClock } from '../sampler/turned-clock.ts';
import { parseExposition } from '../sources/exposition.ts';
import { fixtureHost, machineFolder, RecordingSink } from '../sources/fixture-machine.ts';

const noPause = (): Promise<void> => Promise.resolve();
const machine = 'vm';

async function reportOf(name: string): Promise<NodeReport> {
  const host = fixtureHost(machineFolder(name));
  const sources = sourceFactories.map((create) => create(host));
  try {
    return await takeNodeReport({ node: 'n001', version: '1.2.3', host, sources, pause: noPause });
  } finally {
    for (const source of sources) source.close();
  }
}

function sourceThat(read: Source['read'], name = 'odd'): Source {
  return { name, reads: '/odd', metrics: [], probe: () => ({ present: true }), read, close: () => {} };
}

async function reportOn(source: Source): Promise<NodeReport> {
  const sources = await surveySources([source], new TurnedClock(1_000_000), noPause);
  return { node: 'n', timeMs: 0, version: '1', sources, snapshot: null, snapshotFailure: 'list /proc: EIO' };
}

test('the exposition has every value of every source, under one HELP and TYPE per metric', async () => {
  const report = await reportOf(machine);
  const text = expositionText(report);
  const parsed = parseExposition(text);
  const values = report.sources.flatMap((source) => source.values);
  expect(values.length).toBeGreaterThan(100);
  for (const { metric, labels, value } of values) {
    expect(parsed.valueOf(metric.name, labels)).toBe(value);
    expect(parsed.kinds.get(metric.name)).toBe(metric.kind);
  }
  const helps = [...text.matchAll(/^# HELP (\S+)/gm)].map(([, name]) => name);
  expect(new Set(helps).size).toBe(helps.length);
  expect(parsed.valueOf('jidi_agent_info', { version: '1.2.3' })).toBe(1);
  expect(parsed.valueOf('jidi_source_success', { source: 'load' })).toBe(1);
});

test('a report has the same series as a reading of the source itself', async () => {
  const host = fixtureHost(machineFolder(machine));
  const report = await reportOf(machine);
  for (const create of sourceFactories) {
    const source = create(host);
    if (!source.probe().present) continue;
    const sink = new RecordingSink();
    await source.read(sink);
    const found = report.sources.find(({ name }) => name === source.name);
    if (source.everyMs === undefined)
      expect([source.name, found?.values.length]).toEqual([source.name, sink.recorded.size]);
    source.close();
  }
});

test('hostile labels are escaped in the exposition and made harmless for eyes', async () => {
  const label = 'a"b\\c\nd\u001b[2J\u202e';
  const source = sourceThat((sink) =>
    sink.set(sink.series(gauge('x_ratio', 3, 'A\\B.'), { device: label }), 0.5),
  );
  const report = await reportOn(source);
  const text = expositionText(report);
  expect(text).toContain('# HELP x_ratio A\\\\B.\n# TYPE x_ratio gauge\nx_ratio{device="a\\"b\\\\c\\nd');
  expect(parseExposition(text).valueOf('x_ratio', { device: label })).toBe(0.5);
  const shown = reportText(report, createReportSay('en'));
  expect(shown).toContain('a"b\\c\\x0ad\\x1b[2J\\u202e: 50.0 %');
  expect(shown).toContain('Processes: not known: list /proc: EIO');
});

test('a source that fails is told with what it had found, and one that hangs does not hold the report', async () => {
  const failing = await reportOn(
    sourceThat((sink) => {
      sink.set(sink.series(counter('x_total', 0, 'X.'), {}), 3);
      throw new Error('read /odd: EIO');
    }),
  );
  expect(failing.sources[0]).toMatchObject({
    state: 'failed',
    reason: 'read /odd: EIO',
    values: [{ value: 3 }],
  });
  expect(reportText(failing, createReportSay('zh'))).toContain('失败：read /odd: EIO');
  expect(expositionText(failing)).toContain('jidi_source_success{source="odd"} 0\n');

  const clock = new TurnedClock(1_000_000);
  const hanging = surveySources([sourceThat(() => new Promise(() => {}))], clock, noPause);
  await clock.advance(5_000);
  await clock.advance(5_000);
  expect((await hanging)[0]).toMatchObject({ state: 'failed', reason: 'read /odd: no end within 5000 ms' });
});

test('the JSON has sources, values and processes by name', async () => {
  const parsed = JSON.parse(reportJson(await reportOf(machine))) as {
    node: string;
    sources: { name: string; state: string; values: { name: string; kind: string }[] }[];
    processes: { processCount: number };
  };
  expect(parsed.node).toBe('n001');
  expect(parsed.sources.find(({ name }) => name === 'load')?.values.map(({ name }) => name)).toEqual([
    'node_load1',
    'node_load5',
    'node_load15',
  ]);
  expect(parsed.sources.map(({ name }) => name)).toEqual(expect.arrayContaining(['cpu', 'memory']));
});

test('labels cannot be taken for values, and facts are told without their 1', async () => {
  const source = sourceThat((sink) => {
    sink.set(sink.series(gauge('node_memory_numa_MemFree', 0, 'X.'), { node: '0' }), 2048);
    sink.set(sink.series(gauge('x_ratio', 1, 'X.'), { resource: 'cpu', kind: 'some' }), 0.5);
    sink.set(sink.series(gauge('node_uname_info', 0, 'X.'), { sysname: 'Linux', release: '6.1' }), 1);
  });
  const text = reportText(await reportOn(source), createReportSay('en'));
  expect(text).toMatch(/node_memory_numa_MemFree +node 0: 2.00 KiB\n/);
  expect(text).toMatch(/x_ratio +resource cpu, kind some: 50.0 %\n/);
  expect(text).toMatch(/node_uname_info\n {4}sysname: Linux {3}release: 6.1\n/);
});

test('commands are cut to the terminal, the folder of the program first, and never without one', () => {
  const columns = [{ heading: 'PID' }, { heading: 'COMMAND' }];
  const command = '/opt/sites/a/very/long/path/bin/solver --mesh /data/mesh --steps 1000';
  const lastLine = (terminal?: number): string =>
    textTable(columns, [['7', command]], terminal)
      .trimEnd()
      .split('\n')[1] ?? '';
  expect(lastLine()).toBe(`7    ${command}`);
  expect(lastLine(60)).toBe('7    solver --mesh /data/mesh --steps 1000');
  expect(lastLine(30)).toBe('7    solver --mesh /data/mesh…');
  expect(lastLine(30)).toHaveLength(30);
});

test('processes that look equally busy stand in the order of their memory', async () => {
  const report = await reportOf('pbs');
  const [first] = report.snapshot?.processes ?? [];
  if (report.snapshot === null || first === undefined) throw new Error('the machine has no processes');
  const processes = [
    { ...first, pid: 11, cpuRatio: 0.000_04, residentBytes: 1 },
    { ...first, pid: 12, cpuRatio: 0, residentBytes: 2 },
    { ...first, pid: 13, cpuRatio: 0.5, residentBytes: 0 },
  ];
  const text = reportText({ ...report, snapshot: { ...report.snapshot, processes } }, createReportSay('en'));
  expect([...text.matchAll(/^ +(1[123]) {2}\S/gm)].map(([, pid]) => pid)).toEqual(['13', '12', '11']);
});

test('the text is grouped by source and has its headings in the language of the reader', async () => {
  const report = await reportOf(machine);
  const english = reportText(report, createReportSay('en'));
  expect(english).toMatch(/^Node: n001 {3}Time: /);
  expect(english).toContain('\nload · reads /proc/loadavg\n  node_load1 ');
  expect(english).toMatch(/\n {2}PID {2}USER|\nPID {2}USER/);
  const chinese = reportText(report, createReportSay('zh'));
  expect(chinese).toMatch(/^节点：n001/);
  expect(chinese).toContain('\nload · 读取 /proc/loadavg\n');
  expect(chinese).toContain('作业.作业步');
});

test.each([
  [{ LANG: 'zh_CN.UTF-8' }, undefined, 'zh'],
  [{ LC_ALL: 'C', LANG: 'zh_CN.UTF-8' }, undefined, 'en'],
  [{ LANG: '' }, undefined, 'en'],
  [{ LANG: 'en_US' }, 'zh', 'zh'],
])('the language of %j with --lang %s is %s', (env, flag, language) => {
  expect(reportLanguage(flag, env)).toBe(language);
});

test.each([
  ['node_memory_MemFree_bytes', 0, 1536, '1.50 KiB'],
  ['node_memory_numa_MemFree', 0, 1536, '1.50 KiB'],
  ['node_memory_numa_HugePages_Free', 0, 1536, '1,536'],
  ['node_memory_numa_numa_hit_total', 0, 1536, '1,536'],
  ['node_disk_read_bytes_total', 0, 5e9, '4.66 GiB'],
  ['jidi_x_ratio', 4, 0.1234, '12.3 %'],
  ['node_cpu_seconds_total', 2, 7_260, '2 h 1 min'],
  ['jidi_source_duration_seconds', 6, 0.00025, '250 µs'],
  ['node_hwmon_temp_celsius', 1, 41.5, '41.5 °C'],
  ['node_cpu_scaling_frequency_hertz', 0, 2.4e9, '2.40 GHz'],
  ['node_forks_total', 0, 1234567, '1,234,567'],
  ['node_hwmon_energy_joule_total', 6, 12.5, '12.5 J'],
  ['node_hwmon_curr_amps', 3, 1.25, '1.25 A'],
  ['node_hwmon_fan_rpm', 0, 4250, '4,250 rpm'],
])('%s is shown in its unit', (name, decimals, value, shown) => {
  expect(formatValue(gauge(name, decimals, ''), value)).toBe(shown);
});
