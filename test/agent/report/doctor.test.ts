import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadAgentConfig } from '../../../agent/config.ts';
import { diagnose, doctorExitCode, doctorJson } from '../../../agent/report/doctor.ts';
import { doctorText } from '../../../agent/report/doctor-text.ts';
import { createReportSay } from '../../../agent/report/report-language.ts';
import type { Source } from '../../../agent/sources/source.ts';
import { gauge } from '../../../shared/model/metric.ts';
import { fixtureHost } from '../sources/fixture-machine.ts';

let folder: string;
const servers: Server[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'doctor-'));
  for (const path of ['proc/1', 'proc/self', 'proc/42', 'root', 'sys', 'run', 'state']) {
    mkdirSync(join(folder, path), { recursive: true });
  }
  write('proc/1/comm', 'systemd\n');
  write('proc/1/stat', '1 (systemd) S 0\n');
  write('proc/1/io', 'rchar: 1\n');
  write('proc/42/comm', 'slurmd\n');
  write('proc/42/io', 'rchar: 1\n');
  write('proc/self/mounts', 'proc /proc proc rw,nosuid 0 0\n');
});
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

function write(path: string, text: string): void {
  writeFileSync(join(folder, path), text);
}

async function listen(
  at: { readonly path: string } | { readonly port: 0; readonly host: string },
): Promise<number> {
  const server = createServer((socket) => socket.end());
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(at, resolve));
  return (server.address() as AddressInfo).port;
}

async function ask(
  options: {
    sources?: readonly Source[];
    collector?: string;
    executor?: string;
    perf?: string;
    profiler?: string;
    policy?: string;
  } = {},
) {
  const config = loadAgentConfig(undefined, {
    node: 'n001',
    plain: true,
    collectors: [options.collector ?? '127.0.0.1:1'],
    runDir: join(folder, 'run'),
    stateDir: join(folder, 'state'),
    control: { executor: options.executor ?? 'off', policy: options.policy },
    profiler: { how: options.profiler ?? 'child', perf: options.perf ?? '' },
  });
  const diagnosis = await diagnose({
    config,
    host: fixtureHost(folder),
    sources: options.sources ?? [],
    searchPath: '/nowhere',
    pause: () => Promise.resolve(),
  });
  const finding = (subject: string) => diagnosis.findings.find((one) => one.subject === subject);
  return { diagnosis, finding, text: doctorText(diagnosis, createReportSay('en')) };
}

const source = (over: Partial<Source>): Source => ({
  name: 'odd',
  reads: '/odd',
  metrics: [],
  probe: () => ({ present: true }),
  read: (sink) => sink.set(sink.series(gauge('x', 0, 'X.'), {}), 1),
  close: () => {},
  ...over,
});

test('where everything works the exit code is 0, also when hardware is lacking', async () => {
  const port = await listen({ port: 0, host: '127.0.0.1' });
  await listen({ path: join(folder, 'run/executor.sock') });
  const absent = source({
    name: 'gpu',
    probe: () => ({ present: false, reason: 'no GPU', remedy: 'Fit one.' }),
  });
  const { diagnosis, finding, text } = await ask({
    collector: `127.0.0.1:${port}`,
    executor: 'socket',
    sources: [source({}), absent],
  });
  expect(doctorExitCode(diagnosis)).toBe(0);
  expect(finding('source odd')?.state).toBe('good');
  expect(finding('source gpu')).toMatchObject({ state: 'absent', reason: 'no GPU', remedy: 'Fit one.' });
  expect(finding('collector')?.found).toContain('answers after');
  expect(finding('executor')?.state).toBe('good');
  expect(finding('scheduler')?.found).toBe('Slurm (slurmd, pid 42)');
  expect(text).toMatch(/good +source odd +1 values in/);
  expect(text).toContain('Why: no GPU');
  expect(text).toContain(`  collectors: [127.0.0.1:${port}]\n`);
});

test('processes with odd names are no schedulers, and a thousand of one name are not all told', async () => {
  write('proc/42/comm', 'constructor\n');
  expect((await ask()).finding('scheduler')?.state).toBe('absent');
  for (let pid = 1000; pid < 1100; pid += 1) {
    mkdirSync(join(folder, `proc/${pid}`));
    write(`proc/${pid}/comm`, 'slurmd\n');
  }
  const found = (await ask()).finding('scheduler')?.found ?? '';
  expect(found).toMatch(/^Slurm \(slurmd, pid 1\d+\), .* and 92 more$/);
});

test('a source that fails, an executor and a collector that do not answer make it 1, each with a remedy', async () => {
  const port = await listen({ port: 0, host: '127.0.0.1' });
  const healthy = { collector: `127.0.0.1:${port}` };
  const failing = source({
    read: () => {
      throw new Error('read /odd: EIO');
    },
  });
  const bySource = await ask({ ...healthy, sources: [failing] });
  expect(bySource.finding('source odd')).toMatchObject({ state: 'failed', reason: 'read /odd: EIO' });
  const byExecutor = await ask({ ...healthy, executor: 'socket' });
  expect(byExecutor.finding('executor')).toMatchObject({ state: 'failed' });
  const byCollector = await ask();
  expect(byCollector.finding('collector')?.reason).toBe('127.0.0.1:1: ECONNREFUSED');
  for (const { diagnosis } of [bySource, byExecutor, byCollector]) {
    expect(doctorExitCode(diagnosis)).toBe(1);
    const bad = diagnosis.findings.filter(({ state }) => state === 'failed');
    expect(bad).toHaveLength(1);
    expect(bad[0]?.remedy).not.toBeNull();
  }
});

test('parts that a source lacks are told one by one', async () => {
  const lacks = () => [{ what: 'power of package 0', reason: 'EACCES', remedy: 'Open it.' }];
  const { finding } = await ask({ sources: [source({ lacks })] });
  expect(finding('source odd: power of package 0')).toMatchObject({ state: 'lacking', remedy: 'Open it.' });
});

test('hidden processes and perf that is not there are told with their remedies', async () => {
  write('proc/self/mounts', 'proc /proc proc rw,nosuid,hidepid=2 0 0\n');
  rmSync(join(folder, 'proc/1'), { recursive: true });
  const { finding } = await ask({ perf: join(folder, 'no-perf') });
  expect(finding('perf')?.reason).toBe(`${join(folder, 'no-perf')} is no program`);
  expect(finding('processes of others')?.reason).toContain('hidepid=2');
  expect(finding('processes of others')?.remedy).toContain('gid=');
  expect(finding('processes')?.found).toBe('1 processes');
});

test('the same as JSON, and with Chinese headings', async () => {
  const { diagnosis } = await ask({ sources: [source({})] });
  const parsed = JSON.parse(doctorJson(diagnosis)) as {
    findings: { subject: string; found: string }[];
    sources: unknown[];
    config: { node: string; sources: { units: string[] } };
  };
  expect(parsed.findings[0]?.found).toMatch(/^1 values in [\d.]+ seconds$/);
  expect(parsed.config).not.toHaveProperty('intervalMs');
  expect(parsed.config.sources.units).toEqual([]);
  expect(parsed.sources).toMatchObject([{ name: 'odd', state: 'read', values: 1 }]);
  expect(parsed.config.node).toBe('n001');
  const text = doctorText(diagnosis, createReportSay('zh'));
  expect(text).toMatch(/正常 +数据源 odd +1 个值/);
  expect(text).toMatch(/失败 +收集器\n +原因：127.0.0.1:1: ECONNREFUSED\n +解决办法：/);
  expect(text).toContain('当前配置：\n');
  expect(text).toContain('  sources.units: []\n');
  expect(text).not.toContain('intervalMs');
});

test('what this machine does not have is told apart from what is hidden, and all four states are counted', async () => {
  const port = await listen({ port: 0, host: '127.0.0.1' });
  const gone = (name: string, reason: string) =>
    source({ name, probe: () => ({ present: false, reason, remedy: 'R.' }) });
  rmSync(join(folder, 'state'), { recursive: true });
  const { finding, text } = await ask({
    collector: `127.0.0.1:${port}`,
    sources: [source({}), gone('gpu', 'no GPU'), gone('rapl', 'read /sys/x/energy_uj: EACCES')],
  });
  expect(finding('source gpu')?.state).toBe('absent');
  expect(finding('source rapl')?.state).toBe('lacking');
  expect(finding('folder stateDir')?.state).toBe('absent');
  // The other one is perf: no kernel stands behind this folder.
  expect(text).toMatch(/\n\d+ good, 2 absent \(nothing is wrong\), 2 lacking, 0 failed\n$/);
});

test('an agent that starts the executor itself is asked at its socket where there is one', async () => {
  const port = await listen({ port: 0, host: '127.0.0.1' });
  write('policy.json', '{}');
  const options = { collector: `127.0.0.1:${port}`, executor: 'child', policy: join(folder, 'policy.json') };
  expect((await ask(options)).finding('executor')?.found).toContain('started by the agent');
  await listen({ path: join(folder, 'run/executor.sock') });
  expect((await ask(options)).finding('executor')?.found).toContain('executor.sock answers');
});

test('a profiler that a service runs is asked at its socket, and its rights are not ours', async () => {
  const port = await listen({ port: 0, host: '127.0.0.1' });
  const options = { collector: `127.0.0.1:${port}`, profiler: 'socket' };
  const without = await ask(options);
  expect(without.finding('profiler')).toMatchObject({ state: 'failed' });
  expect(without.finding('profiler')?.remedy).toContain('jidi-profiler.socket');
  expect(without.finding('symbols')).toBeUndefined();
  await listen({ path: join(folder, 'run/profiler.sock') });
  expect((await ask(options)).finding('profiler')?.state).toBe('good');
});

test('beside a collector of npm start the remedy names the flags', async () => {
  const { finding } = await ask({ executor: 'socket' });
  for (const subject of ['collector', 'executor']) {
    expect(finding(subject)?.remedy).toContain('--run data/run --state data/agent');
  }
});

test('one process that hides its I/O does not count for all, and root is not told to be root', async () => {
  rmSync(join(folder, 'proc/1/io'));
  mkdirSync(join(folder, 'proc/1/io'));
  expect((await ask()).finding('I/O of processes')?.state).toBe('good');
  rmSync(join(folder, 'proc/42/io'));
  mkdirSync(join(folder, 'proc/42/io'));
  expect((await ask()).finding('I/O of processes')?.remedy).toContain('as root');
  write('proc/self/status', 'Uid:\t0\t0\t0\t0\n');
  const { reason, remedy } = (await ask()).finding('I/O of processes') ?? {};
  expect(reason).toContain('only processes of this user');
  expect(remedy).toContain('CAP_SYS_PTRACE');
  expect(remedy).not.toContain('as root');
});
