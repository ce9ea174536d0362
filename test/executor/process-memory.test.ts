import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { describeMemory } from '../../executor/actions/process-memory.ts';
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

test('what the kernel does not tell is left out, not shown as 0', () => {
  expect(describeMemory('')).toEqual([]);
  const lines = describeMemory(
    '00400000-7fff ---p 00000000 00:00 0 [rollup]\nRss:  2048 kB\nPss:  1024 kB\n',
  );
  expect(lines.map((line) => line.split(' ')[0])).toEqual(['PSS', 'RSS']);
  expect(lines[0]).toContain('1.0 MiB');
});
