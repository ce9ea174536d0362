import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AgentControl } from '../../../agent/control/agent-control.ts';
import { ExecutorChild } from '../../../agent/control/executor-child.ts';
import { ExecutorLink } from '../../../agent/control/executor-link.ts';
import type { Profiler } from '../../../agent/profiler/profiler.ts';
import { helperPrograms } from '../../../agent/programs.ts';
import { systemClock } from '../../../shared/clock.ts';
import type { Payload } from '../../../shared/model/batch.ts';
import { type CommandReport, type CommandRequest, isCommandOver } from '../../../shared/model/command.ts';
import type { ProfileReport } from '../../../shared/model/profile.ts';
import { ExecutorProcess } from '../../executor/executor-process.ts';
import { until } from '../../executor/until.ts';
import { profileReport, profileRequest } from '../../shared/model/some-profile.ts';

const log = pino({ level: 'silent' });
let executor: ExecutorProcess;
let reports: CommandReport[];
let profileReports: ProfileReport[];
let control: AgentControl;
let hasRoom = true;
const asked: string[] = [];

// A profiler is other people's work: this one says what it was asked and reports once.
const profiler: Profiler = {
  start(request, report) {
    asked.push(`start ${request.id}`);
    report(profileReport({ profileId: request.id, status: 'running', startedTimeMs: 1 }));
  },
  stop: (id) => void asked.push(`stop ${id}`),
  close: () => Promise.resolve(),
};

function controlAt(socketPath: string, reachWithinMs = 6_000): AgentControl {
  const put = (payload: Payload): void => {
    if (payload.kind === 'command') reports.push(payload.report);
    if (payload.kind === 'profile') profileReports.push(payload.report);
  };
  const link = new ExecutorLink({ socketPath, node: 'n1', clock: systemClock, reachWithinMs });
  return new AgentControl({
    profiler,
    executor: link,
    spool: { put, hasRoom: () => hasRoom },
    clock: systemClock,
    log,
  });
}

beforeEach(async () => {
  hasRoom = true;
  reports = [];
  profileReports = [];
  asked.length = 0;
  executor = new ExecutorProcess();
  executor.allowScript('echo hello');
  await executor.start();
  control = controlAt(executor.socketPath);
});
afterEach(async () => {
  control.close();
  await executor.remove();
});

let lastId = 0;
function request(fields: Partial<CommandRequest> = {}): CommandRequest {
  const now = Date.now();
  lastId += 1;
  return {
    id: `cmd_agent${String(lastId).padStart(5, '0')}`,
    action: 'restart-slurmd',
    parameters: {},
    requester: 'tester',
    issuedTimeMs: now,
    expiresTimeMs: now + 60_000,
    timeoutMs: 10_000,
    ...fields,
  };
}

const run = (command: CommandRequest): void => control.handle({ kind: 'run-command', request: command });
const lastReport = (): CommandReport | undefined => reports.at(-1);
const isOver = (): boolean => isCommandOver(lastReport()?.state ?? 'pending');
const inFolder = (name: string): string => join(executor.folder, name);

test('a command is reported as running, with its output, and with its end', async () => {
  run(request());
  await until(isOver);
  expect(reports[0]).toMatchObject({ state: 'running', output: '' });
  expect(lastReport()).toMatchObject({ state: 'finished', exitCode: 0, reason: null });
  expect(reports.map(({ output }) => output).join('')).toContain('hello\n');
});

test('a directive that arrives twice, also after its end, runs once', async () => {
  executor.allowScript(`echo run >> ${inFolder('effect')}`);
  const command = request();
  run(command);
  run(command);
  await until(isOver);
  const count = reports.length;
  run(command);
  expect(control.statistics).toMatchObject({ begun: 1, repeated: 2, running: 0 });
  expect(reports).toHaveLength(count);
  expect(readFileSync(inFolder('effect'), 'utf8')).toBe('run\n');
});

test('a restarted agent that hears the directive again reports the stored outcome', async () => {
  executor.allowScript(`echo run >> ${inFolder('effect')}; exit 4`);
  const command = request();
  run(command);
  await until(isOver);
  control.close();
  control = controlAt(executor.socketPath);
  reports = [];
  run(command);
  await until(isOver);
  expect(lastReport()).toMatchObject({ state: 'failed', exitCode: 4 });
  expect(readFileSync(inFolder('effect'), 'utf8')).toBe('run\n');
});

test('much output makes few reports, each below its bound', async () => {
  executor.allowScript('i=0; while [ $i -lt 2000 ]; do echo "line $i of many"; i=$((i+1)); done');
  run(request());
  await until(isOver);
  const output = reports.map((report) => report.output).join('');
  expect(output.split('\n').filter((line) => line.startsWith('line'))).toHaveLength(2_000);
  expect(reports.length).toBeLessThan(8);
  for (const report of reports) expect(Buffer.byteLength(report.output)).toBeLessThanOrEqual(64 * 1024);
});

test('cancel reaches the running action', async () => {
  executor.allowScript('echo ready; sleep 100');
  const command = request();
  run(command);
  await until(() => reports.some(({ output }) => output.includes('ready')));
  control.handle({ kind: 'cancel-command', commandId: command.id });
  await until(isOver);
  expect(lastReport()?.state).toBe('cancelled');
});

test('more commands than allowed at once are refused with the reason', async () => {
  const commands = Array.from({ length: 17 }, () => request({ action: 'service-status' }));
  for (const command of commands) run(command);
  expect(lastReport()).toMatchObject({
    commandId: commands[16]?.id,
    state: 'refused',
    reason: { code: 'busy' },
  });
  await until(() => control.statistics.running === 0);
});

test('a killed executor that comes back answers unknown; the action ran once', async () => {
  executor.allowScript(`echo $$ >> ${inFolder('effect')}; sleep 100`);
  run(request());
  await until(() => existsSync(inFolder('effect')));
  await executor.end('SIGKILL');
  await executor.start();
  await until(isOver);
  expect(lastReport()).toMatchObject({ state: 'unknown', reason: { code: 'crashed' } });
  expect(readFileSync(inFolder('effect'), 'utf8').trim().split('\n')).toHaveLength(1);
  process.kill(-Number(readFileSync(inFolder('effect'), 'utf8')), 'SIGKILL');
});

test('an executor that cannot be reached fails the command with the remedy', async () => {
  control = controlAt(inFolder('nobody.sock'), 200);
  run(request());
  await until(isOver);
  expect(lastReport()).toMatchObject({ state: 'failed', reason: { code: 'executor-unreachable' } });
  expect(lastReport()?.reason?.remedy).toContain('Start the executor');
});

test('an executor that talks nonsense and hangs up leaves the command unknown', async () => {
  const path = inFolder('nonsense.sock');
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end(`{"kind":"ended"}\n[]\n${'x'.repeat(100_000)}\n`);
  });
  await new Promise<void>((resolve) => void server.listen(path, resolve));
  control = controlAt(path, 200);
  run(request());
  await until(isOver);
  expect(lastReport()).toMatchObject({ state: 'unknown', reason: { code: 'executor-unreachable' } });
  server.close();
});

test('profile directives go to the profiler and its reports into the spool', () => {
  const profile = profileRequest({ id: 'prf_1' });
  control.handle({ kind: 'start-profile', request: profile });
  control.handle({ kind: 'stop-profile', profileId: 'prf_1' });
  expect(asked).toEqual(['start prf_1', 'stop prf_1']);
  expect(profileReports).toMatchObject([{ profileId: 'prf_1', status: 'running' }]);
});

test('the executor as a child: puts the shipped policy there, comes back after kill -9, goes with the agent', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'jidi-child-'));
  const child = new ExecutorChild({
    runFolder: join(folder, 'run'),
    stateFolder: join(folder, 'state'),
    policyFile: join(folder, 'policy.json'),
    program: helperPrograms.executor,
    shippedPolicy: helperPrograms.shippedPolicy,
    clock: systemClock,
    log,
  });
  child.start();
  control = controlAt(child.socketPath);
  run(request({ action: 'service-status' }));
  await until(isOver);
  expect(lastReport()?.state).toBe('finished');
  expect(statSync(join(folder, 'policy.json')).mode & 0o777).toBe(0o600);
  const first = child.pid ?? 0;
  process.kill(first, 'SIGKILL');
  await until(() => child.pid !== undefined && child.pid !== first);
  run(request());
  await until(() => reports.at(-1)?.state === 'refused');
  expect(lastReport()?.reason?.remedy).toContain(`allow to true in ${join(folder, 'policy.json')}`);
  expect(child.restarts).toBe(1);
  await child.stop();
  await child.stop();
  expect(existsSync(child.socketPath)).toBe(false);
  rmSync(folder, { recursive: true });
});

test('a run folder with a long path still gets a socket', () => {
  const folder = mkdtempSync(join(tmpdir(), 'jidi-child-'));
  const child = new ExecutorChild({
    runFolder: join(folder, 'x'.repeat(120)),
    stateFolder: folder,
    policyFile: join(folder, 'policy.json'),
    program: helperPrograms.executor,
    shippedPolicy: helperPrograms.shippedPolicy,
    clock: systemClock,
    log,
  });
  expect(Buffer.byteLength(child.socketPath)).toBeLessThanOrEqual(107);
  return child.stop().then(() => rmSync(folder, { recursive: true }));
});

test('begins no command while results wait that nobody has taken', async () => {
  hasRoom = false;
  control.handle({ kind: 'run-command', request: request({ id: 'cmd_waiting' }) });
  expect(control.statistics).toMatchObject({ running: 0, begun: 0, refused: 1 });
  hasRoom = true;
  control.handle({ kind: 'run-command', request: request({ id: 'cmd_waiting' }) });
  await until(isOver);
  expect(control.statistics.begun).toBe(1);
});
