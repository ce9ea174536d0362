import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { describeMemory, processMemory } from '../../executor/actions/process-memory.ts';
import type { EndedEvent } from '../../executor/protocol.ts';
import { Run } from '../../executor/run.ts';
import { ExecutorProcess, requestFor } from './executor-process.ts';

let executor: ExecutorProcess;
let other: ChildProcess;
const touchedMiB = 48;

beforeEach(async () => {
  executor = new ExecutorProcess();
  // The shipped policy allows it.
  executor.writePolicy(readFileSync(join(import.meta.dirname, '../../executor/policy.json'), 'utf8'));
  await executor.start();
  const script = `globalThis.kept = Buffer.alloc(${touchedMiB} << 20, 1); console.log('ready'); setInterval(() => {}, 1e6);`;
  other = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  if (other.stdout !== null) await once(other.stdout, 'data');
});
afterEach(async () => {
  other.kill('SIGKILL');
  await executor.remove();
});

const ask = (parameters: Record<string, string>) =>
  executor.ask(requestFor('process-memory', { parameters }));

/** Bytes of a figure in the output. */
function figure(output: string, name: string): number {
  return Number(new RegExp(`^${name} .* (\\d+) bytes`, 'm').exec(output)?.[1]);
}

test('the figures are those of the kernel', async () => {
  const { ended, output } = await ask({ pid: String(other.pid) });
  expect(ended).toMatchObject({ state: 'finished', reason: null });
  const rollup = readFileSync(`/proc/${other.pid}/smaps_rollup`, 'utf8');
  const kernel = (key: string): number =>
    Number(new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1]) * 1024;
  const [pss, rss, uss] = ['PSS', 'RSS', 'USS'].map((name) => figure(output, name));
  // The process is idle, but its shares change while others come and go.
  expect(Math.abs((pss ?? 0) - kernel('Pss')) / kernel('Pss')).toBeLessThan(0.1);
  expect(Math.abs((rss ?? 0) - kernel('Rss')) / kernel('Rss')).toBeLessThan(0.1);
  expect(uss).toBeGreaterThan(touchedMiB * 2 ** 20);
  expect(pss).toBeGreaterThanOrEqual(uss ?? Infinity);
  expect(rss).toBeGreaterThanOrEqual(pss ?? Infinity);
  expect(figure(output, 'anonymous')).toBeGreaterThan(touchedMiB * 2 ** 20);
  for (const name of ['file', 'shmem', 'swap']) expect(figure(output, name)).toBeGreaterThanOrEqual(0);
});

test('another process with the same pid is not told of', async () => {
  const pid = String(other.pid);
  const { output } = await ask({ pid });
  const startedMs = Date.parse(/started (\S+)$/m.exec(output)?.[1] ?? '');
  expect((await ask({ pid, startTime: String(startedMs) })).ended?.state).toBe('finished');
  const { ended, output: nothing } = await ask({ pid, startTime: String(startedMs - 60_000) });
  expect(ended).toMatchObject({ state: 'failed', reason: { code: 'process-gone' } });
  expect(nothing).toBe('');
});

test('a process that is not there is a failure with a remedy, a pid that is none is refused', async () => {
  expect((await ask({ pid: '2147483646' })).ended).toMatchObject({
    state: 'failed',
    reason: { code: 'process-gone' },
  });
  for (const pid of ['0', '-1', '1 ', 'self', '../1'])
    expect((await ask({ pid })).ended?.state).toBe('refused');
});

test('a kernel thread is told as one, and a time that does not fit names its unit', async (ctx) => {
  // Process 2 is kthreadd, but in a container.
  const kthreadd = existsSync('/proc/2/stat') ? readFileSync('/proc/2/stat', 'utf8') : '';
  const { ended: refused } = await ask({ pid: '2', startTime: '1' });
  expect(refused?.reason?.message).toContain('in ms since the Unix epoch');
  const pid = String(other.pid);
  expect((await ask({ pid, startTime: '1000000000' })).ended?.reason?.message).toContain('1000000000 ms');
  if (!kthreadd.startsWith('2 (kthreadd)'))
    ctx.skip('process 2 is no kernel thread: run outside of a container');
  expect((await ask({ pid: '2' })).ended).toMatchObject({
    state: 'failed',
    reason: { code: 'no-memory', message: expect.stringContaining('(kthreadd) is a kernel thread') },
  });
});

test('ends at its deadline when the kernel does not answer, however often it is asked', async () => {
  // A process that holds the lock of its memory keeps whoever reads this file: so does a pipe that nobody writes to.
  const procFolder = mkdtempSync(join(tmpdir(), 'proc-'));
  try {
    mkdirSync(join(procFolder, '7'));
    execFileSync('mkfifo', [join(procFolder, '7/smaps_rollup')]);
    writeFileSync(join(procFolder, '7/stat'), `7 (a\n\x1b[2Jb) S ${'1 '.repeat(30)}\n`);
    writeFileSync(join(procFolder, 'stat'), 'btime 1700000000\n');
    const endings = await Promise.all(Array.from({ length: 8 }, () => runHanging(procFolder)));
    expect(endings.map(({ state }) => state)).toEqual(Array.from({ length: 8 }, () => 'timed-out'));
  } finally {
    rmSync(procFolder, { recursive: true });
  }
});

async function runHanging(procFolder: string): Promise<EndedEvent> {
  const { promise, resolve } = Promise.withResolvers<EndedEvent>();
  const machine = { systemdFolder: '', procFolder, systemctl: '', quietFolder: '' };
  const policy = { allow: true, settings: {} };
  const plan = { action: processMemory, parameters: { pid: '7' }, policy, policyFile: '', machine };
  new Run({ ...plan, timeoutMs: 300 }, resolve).start(() => undefined);
  return await promise;
}

test('a name that would move the cursor is shown, and a process without memory is no error', async () => {
  const procFolder = mkdtempSync(join(tmpdir(), 'proc-'));
  const written: string[] = [];
  const context = {
    parameters: { pid: '7' },
    policy: { allow: true, settings: {} },
    policyFile: '',
    machine: { systemdFolder: '', procFolder, systemctl: '', quietFolder: '' },
    signal: new AbortController().signal,
    write: (text: string) => void written.push(text),
    run: () => Promise.resolve(1),
  };
  try {
    mkdirSync(join(procFolder, '7'));
    writeFileSync(join(procFolder, '7/stat'), `7 (a\n\x1b[2Jb) S ${'1 '.repeat(30)}\n`);
    writeFileSync(join(procFolder, 'stat'), 'btime 1700000000\n');
    const answer = (exitCode: number, text: string) =>
      processMemory.run({ ...context, read: () => Promise.resolve({ exitCode, text }) });
    expect((await answer(0, 'Pss:  1024 kB\n')).reason).toBeNull();
    expect(written.join('')).toMatch(/^process 7 \(a\\n\\u001b\[2Jb\), started/);
    expect((await answer(1, 'cat: 7: No such process\n')).reason?.code).toBe('no-memory');
    expect((await answer(1, 'cat: 7: Permission denied\n')).reason?.code).toBe('process-unreadable');
    rmSync(join(procFolder, '7/stat'));
    expect((await answer(0, 'Pss:  1024 kB\n')).reason?.code).toBe('process-gone');
  } finally {
    rmSync(procFolder, { recursive: true });
  }
});

test('what the kernel does not tell is left out, not shown as 0', () => {
  expect(describeMemory('')).toEqual([]);
  const lines = describeMemory(
    '00400000-7fff ---p 00000000 00:00 0 [rollup]\nRss:  2048 kB\nPss:  1024 kB\n',
  );
  expect(lines.map((line) => line.split(' ')[0])).toEqual(['PSS', 'RSS']);
  expect(lines[0]).toContain('1.0 MiB');
});
