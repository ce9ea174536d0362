// Processes that do not stay what they were while they are sampled, with the perf of this machine.
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ChildProfiler } from '../../../agent/profiler/child/child-profiler.ts';
import type { ProfileReport, ProfileRequest } from '../../../shared/model/profile.ts';
import { buildPlain, splitSource } from '../../profiled-programs/split-program.ts';
import { type StartedProgram, StartedPrograms } from '../../profiled-programs/started-programs.ts';
import { whyNoProfile } from '../../profiled-programs/why-no-profile.ts';
import { profileRequest } from '../../shared/model/some-profile.ts';
import { wholeProcess } from '../../shared/model/whole-process.ts';
import { takeProfile } from './take-profile.ts';

const folder = mkdtempSync(join(tmpdir(), 'jidi-real-lives-'));
const program = join(folder, 'split');
const stranger = join(folder, 'stranger');
const go = join(folder, 'go');
const programs = new StartedPrograms();
const profiler = new ChildProfiler({ folder });

/** `then` is done once, when the recording is under way. */
function take(change: Partial<ProfileRequest> & Pick<ProfileRequest, 'id' | 'target'>, then: () => void) {
  let isDone = false;
  const request = profileRequest({ frequencyHz: 499, callGraph: 'fp', ...change });
  return takeProfile(profiler, request, ({ status, progress }: ProfileReport) => {
    if (isDone || status !== 'running' || progress === 0) return;
    isDone = true;
    then();
  });
}

describe('the profile of', () => {
  let missing: string | undefined;

  beforeAll(() => {
    missing = whyNoProfile('machine');
    if (missing !== undefined) return;
    buildPlain(program, splitSource);
    buildPlain(stranger, splitSource, '-Dhot=foreign', '-Dcold=foreign_cold');
  });
  beforeEach((ctx) => {
    rmSync(go, { force: true });
    if (missing !== undefined) ctx.skip(missing);
  });
  afterAll(async () => {
    await profiler.close();
    programs.end();
    rmSync(folder, { recursive: true, force: true });
  });

  test('a process that begins another program shows both and tells both names', async () => {
    const { pid } = programs.start('sh', '-c', `while [ ! -e ${go} ]; do :; done; exec ${program}`);
    const { last, tree } = await take({ id: 'exec', target: wholeProcess(pid, null), durationMs: 4000 }, () =>
      writeFileSync(go, ''),
    );
    expect(last).toMatchObject({ status: 'finished', reason: null, process: { pid, name: 'sh → split' } });
    expect(tree.frames.map((frame) => frame.function)).toContain('hot');
    expect(new Set(tree.frames.map(({ module }) => module)).size).toBeGreaterThan(2);
  });

  test('a process whose number another one gets shows none of the other', async (ctx) => {
    const first = programs.start(program);
    let next: StartedProgram | undefined;
    const change = { id: 'reused', target: wholeProcess(first.pid, null), durationMs: 10_000 };
    const { last, tree } = await take(change, () => {
      first.kill('SIGKILL');
      void once(first, 'exit').then(() => {
        // Others begin processes, too: the number may be taken.
        for (let tries = 0; tries < 50 && next?.pid !== first.pid; tries += 1) {
          next?.kill('SIGKILL');
          writeFileSync('/proc/sys/kernel/ns_last_pid', String(first.pid - 1));
          next = programs.start(stranger);
        }
      });
    });
    expect(last).toMatchObject({ status: 'partial', reason: { code: 'process-ended' } });
    const functions = tree.frames.map((frame) => frame.function);
    expect(functions).toContain('hot');
    expect(functions).not.toContain('foreign');
    if (next?.pid !== first.pid) ctx.skip('the number went to another process; nothing was shown of it');
  });

  test.each([
    ['a job that ends', (path: string, job: string) => ({ kind: 'job', job, path }) as const],
    ['a control group that vanishes', (path: string) => ({ kind: 'cgroup', path }) as const],
  ])('%s half-way is partial, with the reason', async (what, targetOf) => {
    const job = String(900_000_000 + process.pid);
    const path = `/slurm_${process.pid}/uid_0/job_${job}/step_0/task_0`;
    const root = '/sys/fs/cgroup/freezer';
    mkdirSync(root + path, { recursive: true });
    const child = programs.start(program);
    writeFileSync(join(root + path, 'cgroup.procs'), String(child.pid));
    const ended = once(child, 'exit');
    const { last, tree } = await take({ id: what, target: targetOf(path, job), durationMs: 20_000 }, () => {
      child.kill('SIGKILL');
      void ended.then(() => rmdirSync(root + path));
    });
    expect(last).toMatchObject({ status: 'partial', process: null, reason: { code: 'process-ended' } });
    expect(last.reason?.message).toContain(what.startsWith('a job') ? `job ${job} ended` : `${path} ended`);
    expect(tree.frames.map((frame) => frame.function)).toContain('hot');
    for (let up = dirname(path); up !== '/'; up = dirname(up)) rmdirSync(root + up);
  });

  test('a process with 300 children that live for a moment has them all in one tree', async () => {
    const burn = '( j=0; while [ $j -lt 3000 ]; do j=$((j+1)); done )';
    const loop = `while [ ! -e ${go} ]; do :; done; i=0; while [ $i -lt 300 ]; do ${burn}; i=$((i+1)); done; exec sleep 60`;
    const { pid } = programs.start('sh', '-c', loop);
    const target = { ...wholeProcess(pid, null), withChildren: true };
    const { last, recorded } = await take(
      { id: 'children', target, durationMs: 8000, frequencyHz: 999 },
      () => writeFileSync(go, ''),
    );
    expect(last).toMatchObject({ status: 'finished', reason: null });
    const pids = new Set(recorded.threads.map((thread) => thread.pid));
    expect(pids.size).toBeGreaterThan(50);
    expect(recorded.threads.every((thread) => thread.process !== '')).toBe(true);
  });
});
