// Threads that never run while they are watched, with the perf of this machine, and machines on which perf may not see switches.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { ChildProfiler } from '../../../agent/profiler/child/child-profiler.ts';
import { whyNoProfile } from '../../profiled-programs/why-no-profile.ts';
import { profileRequest } from '../../shared/model/some-profile.ts';
import { wholeProcess } from '../../shared/model/whole-process.ts';
import { takeProfile } from './take-profile.ts';

const folder = mkdtempSync(join(tmpdir(), 'jidi-real-sleepers-'));
const main = fileURLToPath(new URL('../../../agent/profiler/main.ts', import.meta.url));
const children: ChildProcess[] = [];
const profilers: ChildProfiler[] = [];

afterAll(async () => {
  await Promise.all(profilers.map((profiler) => profiler.close()));
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function create(program: readonly string[]): ChildProfiler {
  const profiler = new ChildProfiler({ folder, program });
  profilers.push(profiler);
  return profiler;
}

/** Waits in a read for what is never written. */
function launchReader(program = 'cat', ...args: string[]): number {
  const child = spawn(program, program === 'cat' ? [] : [...args, 'cat'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  children.push(child);
  if (child.pid === undefined) throw new Error('cat did not start');
  return child.pid;
}

async function wallOf(profiler: ChildProfiler, pid: number) {
  const request = profileRequest({ target: wholeProcess(pid, null), event: 'wall', durationMs: 3000 });
  const { last, tree, recorded } = await takeProfile(profiler, request);
  const weight = tree.self.reduce((sum, one) => sum + one, 0);
  return { last, weight, functions: tree.frames.map((frame) => frame.function), recorded };
}

test('a thread that sleeps in a read all the time has all the time, and the read is named', async (ctx) => {
  const missing = whyNoProfile('switches');
  if (missing !== undefined) ctx.skip(missing);
  const pid = launchReader();
  const { last, weight, functions, recorded } = await wallOf(create([main]), pid);
  expect(last).toMatchObject({ status: 'finished', reason: null, unit: 'microseconds' });
  expect(recorded.threads).toMatchObject([{ pid, tid: pid, process: 'cat', name: 'cat' }]);
  expect(functions.some((name) => name.includes('read'))).toBe(true);
  expect(Math.abs(weight / 1e6 - 3)).toBeLessThan(0.5);
});

test('without a right to see the kernel, waiting is looked at ten times a second', async (ctx) => {
  const missing = whyNoProfile('switches');
  if (missing !== undefined) ctx.skip(missing);
  const bare = ['setpriv', '--bounding-set=-all,+setuid,+setgid,+chown,+kill', '--inh-caps=-all'];
  if (spawnSync(bare[0] ?? '', [...bare.slice(1), 'true']).status !== 0)
    ctx.skip('setpriv cannot drop rights here');
  const code =
    `const run = require('node:child_process').spawn('setpriv', ${JSON.stringify(bare.slice(1))}` +
    `.concat(process.execPath, ${JSON.stringify(main)}), { stdio: 'inherit' });` +
    `run.on('exit', (code) => process.exit(code ?? 1));`;
  const pid = launchReader(...bare);
  const { last, weight, functions } = await wallOf(create(['-e', code]), pid);
  if (last.reason?.code === 'perf-forbidden') ctx.skip('perf may sample nothing without a right here');
  expect(last).toMatchObject({ status: 'finished', reason: null, unit: 'microseconds' });
  expect(last.sampledEvent).toBe('cpu-clock:u');
  expect(functions).not.toEqual([]);
  expect(Math.abs(weight / 1e6 - 3)).toBeLessThan(0.6);
});
