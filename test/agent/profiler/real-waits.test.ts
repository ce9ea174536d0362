// What a real program waits for, with the perf of this machine; the program itself says how long it waited where.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ChildProfiler } from '../../../agent/profiler/child/child-profiler.ts';
import { weighFunctions } from '../../../shared/stacks/functions.ts';
import { weightsOf } from '../../../shared/stacks/samples.ts';
import { mergeTrees } from '../../../shared/stacks/stacks-builder.ts';
import { spentWithin } from '../../exactness/told-times.ts';
import { whyNoProfile } from '../../profiled-programs/why-no-profile.ts';
import { profileRequest } from '../../shared/model/some-profile.ts';
import { wholeProcess } from '../../shared/model/whole-process.ts';
import { takeProfile } from './take-profile.ts';

const folder = mkdtempSync(join(tmpdir(), 'jidi-real-waits-'));
const program = join(folder, 'waits');
const profiler = new ChildProfiler({ folder });
const functions = ['wait_for_lock', 'wait_in_read', 'work'] as const;

afterAll(async () => {
  await profiler.close();
  rmSync(folder, { recursive: true, force: true });
});

test('a lock, a read and work have the shares of the time that they took', async (ctx) => {
  const missing = whyNoProfile('switches');
  if (missing !== undefined) ctx.skip(missing);
  const source = join(import.meta.dirname, '../../fixtures/perf/waits.c');
  execFileSync('gcc', ['-O1', '-g0', '-o', program, source, '-lpthread']);
  const child = spawn(program, { stdio: ['ignore', 'pipe', 'inherit'] });
  const said = child.stdout.setEncoding('utf8').toArray();
  const pid = child.pid ?? expect.fail('the program did not start');
  const request = profileRequest({ target: wholeProcess(pid, null), event: 'wall', durationMs: 6000 });
  const { last, recorded } = await takeProfile(profiler, request);
  child.kill('SIGTERM');
  expect(last).toMatchObject({ status: 'finished', unit: 'microseconds', reason: null });

  // Of the first thread alone: the others only keep it waiting.
  const { samples, threads } = recorded;
  if (samples?.timesMs == null) return expect.fail('no samples');
  const columns = {
    threads: threads.map((thread) => ({ ...thread, node: 'n1' })),
    timesMs: Float64Array.from(samples.timesMs),
    threadIds: Uint32Array.from(samples.threadIds),
    nodes: Uint32Array.from(samples.nodes),
    weights: Float64Array.from(samples.weights),
  };
  const self = weightsOf(columns, {
    nodes: recorded.parents.length,
    unit: last.unit,
    choice: { isThread: ({ tid }) => tid === pid },
  });
  const stacks = mergeTrees([{ ...recorded, self }]);
  const { total } = weighFunctions(stacks);
  const share = (name: string): number =>
    (total[stacks.frames.findIndex((frame) => frame.function === name)] ?? 0) / stacks.weight;

  // Within the time of the profile, by the program's own clock: lines `at UNIX-SECONDS LOCK READ WORK`.
  const lines = (await said)
    .join('')
    .split('\n')
    .filter((line) => line.startsWith('at '));
  const told = lines.map((line) => {
    const [at = 0, ...spent] = line.split(' ').slice(1).map(Number);
    return { at, spent };
  });
  const took = spentWithin(told, (last.startedTimeMs ?? 0) / 1000, (last.endedTimeMs ?? 0) / 1000);
  const all = took.reduce((sum, spent) => sum + spent, 0);
  for (const [index, name] of functions.entries()) {
    expect(Math.abs(share(name) - (took[index] ?? 0) / all), `share of ${name}`).toBeLessThan(0.03);
  }
  // The thread was there all the time: nearly all of it is explained.
  expect(stacks.weight / 1e6).toBeGreaterThan(5.5);
});
