// What a profile may cover beyond one process, and events that a machine may lack, with the perf of this machine.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ChildProfiler } from '../../../agent/profiler/child/child-profiler.ts';
import { buildPlain, splitSource } from '../../profiled-programs/split-program.ts';
import { whyNoProfile } from '../../profiled-programs/why-no-profile.ts';
import { profileRequest } from '../../shared/model/some-profile.ts';
import { wholeProcess } from '../../shared/model/whole-process.ts';
import { takeProfile } from './take-profile.ts';

const folder = mkdtempSync(join(tmpdir(), 'jidi-real-targets-'));
const program = join(folder, 'split');
const profiler = new ChildProfiler({ folder });
let shell: ChildProcess & { pid: number };

// The whole machine may run many programs: reading their symbols takes its time.
describe('a profile', { timeout: 120_000 }, () => {
  let missing: string | undefined;

  beforeAll(() => {
    missing = whyNoProfile('machine');
    if (missing !== undefined) return;
    buildPlain(program, splitSource);
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
