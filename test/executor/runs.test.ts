import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readAuditLines } from '../../executor/audit-log.ts';
import { ExecutorProcess, readAnswer, requestFor } from './executor-process.ts';
import { until } from './until.ts';

let executor: ExecutorProcess;

beforeEach(async () => {
  executor = new ExecutorProcess();
  executor.allowScript('exit 0');
  await executor.start();
});
afterEach(() => executor.remove());

const inFolder = (name: string): string => join(executor.folder, name);
const countLines = (path: string): number => readFileSync(path, 'utf8').split('\n').length - 1;

test('the command of the site runs, streams its output and is audited at both ends', async () => {
  executor.allowScript(`echo one; echo two >&2; env; echo done > ${inFolder('effect')}`);
  const request = requestFor('restart-slurmd');
  const { events, ended, output } = await executor.ask(request);
  expect(events[0]?.kind).toBe('started');
  expect(output).toContain('one\n');
  expect(output).toContain('two\n');
  expect(output).toContain('PATH=/usr/sbin:/usr/bin:/sbin:/bin\n');
  expect(output).not.toContain('HOME=/root');
  expect(ended).toMatchObject({ state: 'finished', exitCode: 0, truncated: false, reason: null });
  expect(readFileSync(inFolder('effect'), 'utf8')).toBe('done\n');
  const audited = readAuditLines(executor.stateFolder, 'done').map((line): unknown => JSON.parse(line));
  expect(audited).toMatchObject([
    { event: 'executor-started' },
    { event: 'begun', detail: { id: request.id, action: 'restart-slurmd', requester: 'tester' } },
    { event: 'ended', detail: { id: request.id, state: 'finished', exitCode: 0 } },
  ]);
});

test('another exit code is a failure with a remedy', async () => {
  executor.allowScript('echo cannot bind; exit 7');
  const { ended, output } = await executor.ask(requestFor('restart-slurmd'));
  expect(ended).toMatchObject({ state: 'failed', exitCode: 7, reason: { code: 'restart-failed' } });
  expect(output).toContain('cannot bind');
});

test('the time-out ends the whole process group, also members that ignore SIGTERM', async () => {
  executor.allowScript(`
    (trap '' TERM; while :; do read -t 1 x < /dev/zero; sleep 0.1; done) &
    echo $! > ${inFolder('child')}
    sleep 100`);
  const { ended } = await executor.ask(requestFor('restart-slurmd', { timeoutMs: 1_000 }));
  expect(ended).toMatchObject({ state: 'timed-out', exitCode: null, reason: { code: 'timed-out' } });
  const pid = readFileSync(inFolder('child'), 'utf8').trim();
  await until(() => isGone(pid));
});

test('cancel ends it', async () => {
  executor.allowScript('echo ready; sleep 100');
  const socket = await executor.connect();
  socket.write(`${JSON.stringify(requestFor('restart-slurmd'))}\n`);
  const { ended, output } = await readAnswer(socket, (event) => {
    if (event.kind === 'output') socket.write('{"version":1,"kind":"cancel"}\n');
  });
  expect(ended).toMatchObject({ state: 'cancelled', exitCode: null });
  expect(output).toBe('ready\n');
});

test('output is bounded, and the program is not held up by that', async () => {
  executor.allowScript(`head -c 3000000 /dev/zero | tr '\\0' 'x'; echo done > ${inFolder('effect')}`);
  const { ended, output } = await executor.ask(requestFor('restart-slurmd'));
  expect(Buffer.byteLength(output)).toBe(256 * 1024);
  expect(ended).toMatchObject({ state: 'finished', truncated: true });
  expect(existsSync(inFolder('effect'))).toBe(true);
});

test('bytes that are not UTF-8 and secrets come out harmless', async () => {
  executor.allowScript(String.raw`printf 'a\377b \303\251\npassword=hunter2 API_TOKEN: "x y" rest\n'`);
  const { output } = await executor.ask(requestFor('restart-slurmd'));
  expect(output).toContain('a\ufffdb é\npassword=*** API_TOKEN: *** rest\n');
});

test('a daemon that keeps the output open does not hold the command', async () => {
  executor.allowScript(`setsid sleep 30 & echo $! > ${inFolder('child')}; exit 0`);
  const { ended } = await executor.ask(requestFor('restart-slurmd', { timeoutMs: 5_000 }));
  expect(ended?.state).toBe('finished');
  process.kill(Number(readFileSync(inFolder('child'), 'utf8')), 'SIGKILL');
});

test('an id runs once: asked again it gets the stored outcome, also after a restart', async () => {
  executor.allowScript(`echo run >> ${inFolder('effect')}; exit 3`);
  const request = requestFor('restart-slurmd');
  const first = await executor.ask(request);
  const second = await executor.ask(request);
  expect(second.ended).toEqual(first.ended);
  await executor.end('SIGTERM');
  await executor.start();
  expect((await executor.ask(request)).ended).toEqual(first.ended);
  expect(countLines(inFolder('effect'))).toBe(1);
});

test('an id that is asked for with another request is refused', async () => {
  const request = requestFor('restart-slurmd');
  await executor.ask(request);
  const { ended } = await executor.ask({ ...request, action: 'service-status' });
  expect(ended).toMatchObject({ state: 'refused', reason: { code: 'id-reused' } });
});

test('asked again while it runs, it joins the run', async () => {
  executor.allowScript(
    `echo run >> ${inFolder('effect')}; while [ ! -e ${inFolder('go')} ]; do sleep 0.05; done`,
  );
  const request = requestFor('restart-slurmd');
  const first = executor.ask(request);
  await until(() => existsSync(inFolder('effect')));
  const second = executor.ask(request);
  const other = await executor.ask(requestFor('restart-slurmd'));
  expect(other.ended?.reason?.code).toBe('busy');
  const touch = await import('node:fs/promises');
  await touch.writeFile(inFolder('go'), '');
  expect((await second).ended).toEqual((await first).ended);
  expect((await first).ended?.state).toBe('finished');
  expect(countLines(inFolder('effect'))).toBe(1);
});

test('kill -9 between begin and end: unknown, never a second run', async () => {
  executor.allowScript(`echo $$ >> ${inFolder('effect')}; sleep 100`);
  const request = requestFor('restart-slurmd');
  const asked = executor.ask(request);
  await until(() => existsSync(inFolder('effect')));
  await executor.end('SIGKILL');
  expect((await asked).ended).toBeUndefined();
  await executor.start();
  const { ended } = await executor.ask(request);
  expect(ended).toMatchObject({ state: 'unknown', reason: { code: 'crashed' } });
  expect(countLines(inFolder('effect'))).toBe(1);
  const events = readAuditLines(executor.stateFolder, 'done').map(
    (line) => (JSON.parse(line) as { event: string }).event,
  );
  expect(events).toEqual(['executor-started', 'begun', 'executor-started', 'unknown']);
  process.kill(-Number(readFileSync(inFolder('effect'), 'utf8')), 'SIGKILL');
});

test('a program that others may write, a relative one and a missing one are refused', async () => {
  const path = executor.allowScript('exit 0');
  const policy = (restartCommand: string[]): unknown => ({
    version: 1,
    denyAll: false,
    actions: { 'restart-slurmd': { allow: true, restartCommand } },
  });
  for (const program of ['restart', '/tmp/../bin/true', `${path}.missing`, executor.folder]) {
    executor.writePolicy(policy([program]));
    const { ended } = await executor.ask(requestFor('restart-slurmd'));
    expect([program, ended?.reason?.code]).toEqual([program, 'program-unusable']);
  }
  const { chmod } = await import('node:fs/promises');
  await chmod(path, 0o777);
  executor.writePolicy(policy([path]));
  const { ended } = await executor.ask(requestFor('restart-slurmd'));
  expect(ended?.reason?.message).toContain('writable by group or others');
});

test('a second executor does not take the socket of a living one', async () => {
  await expect(executor.start()).rejects.toThrow('another executor listens');
});

function isGone(pid: string): boolean {
  try {
    // A zombie that nobody has collected is gone, too.
    return readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.startsWith('Z') ?? true;
  } catch {
    return true;
  }
}
