// What a profile may cover beyond one process, and events that a machine may lack, with the perf of this machine.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ChildProfiler } from '../../../agent/profiler/child/child-profiler.ts';
import { findPerf } from '../../../agent/profiler/perf/find-perf.ts';
import { wholeProcess } from '../../../shared/model/profile.ts';
import { profileRequest } from '../../shared/model/some-profile.ts';
import { takeProfile } from './take-profile.ts';

const folder = mkdtempSync(join(tmpdir(), 'jidi-real-targets-'));
const program = join(folder, 'split');
const profiler = new ChildProfiler({ folder });
let shell: ChildProcess & { pid: number };

/** Why these tests cannot run on this machine. */
function whatIsMissing(): string | undefined {
  if (findPerf(null, '') === undefined) return 'perf is missing; install with: apt-get install linux-perf';
  if (spawnSync('gcc', ['--version']).error !== undefined) {
    return 'gcc is missing; install with: apt-get install gcc';
  }
  const tried = spawnSync('perf', ['record', '-a', '-e', 'cpu-clock', '-o', '/dev/null', 'true']);
  return tried.status === 0 ? undefined : 'perf may not sample the whole machine; run the tests as root';
}

describe('a profile', () => {
  let missing: string | undefined;

  beforeAll(() => {
    missing = whatIsMissing();
    if (missing !== undefined) return;
    const source = join(import.meta.dirname, '../../fixtures/perf/split.c');
    execFileSync('gcc', ['-O1', '-g0', '-fno-omit-frame-pointer', '-fno-inline', '-o', program, source]);
    const child = spawn('sh', ['-c', `${program} & echo $!; wait`], { detached: true, stdio: 'ignore' });
    if (child.pid === undefined) throw new Error('sh did not start');
    shell = Object.assign(child, { pid: child.pid });
  });
  beforeEach((ctx) => {
    if (missing !== undefined) ctx.skip(missing);
  });
  afterAll(async () => {
    await profiler.close();
    if (missing === undefined) process.kill(-shell.pid, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  test.each([
    ['of a node', () => ({ kind: 'node' }) as const],
    ['of a process with its children', () => ({ ...wholeProcess(shell.pid, null), withChildren: true })],
  ])('%s has the functions of a child', async (what, targetOf) => {
    const request = profileRequest({ id: what, target: targetOf(), durationMs: 3000 });
    const { last, tree, recorded } = await takeProfile(profiler, request);
    expect(last).toMatchObject({ status: 'finished', reason: null });
    expect(tree.frames.map((frame) => frame.function)).toContain('hot');
    expect(recorded.threads.some((thread) => thread.process === 'split')).toBe(true);
  });

  test('of an event that the machine does not count says so, or counts it', async () => {
    const target = { ...wholeProcess(shell.pid, null), withChildren: true };
    const { last } = await takeProfile(
      profiler,
      profileRequest({ id: 'cycles', target, event: 'cycles', durationMs: 3000 }),
    );
    if (last.status === 'failed') expect(last.reason?.code).toBe('event-missing');
    else expect(last).toMatchObject({ status: 'finished', unit: 'events' });
  });
});
