// Profiles of real programs with the perf of this machine.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ChildProfiler } from '../../../agent/profiler/child/child-profiler.ts';
import type { StackTree } from '../../../shared/model/profile.ts';
import {
  buildPlain,
  shareTolerance,
  splitShares,
  splitSource,
} from '../../profiled-programs/split-program.ts';
import { StartedPrograms } from '../../profiled-programs/started-programs.ts';
import { whyNoProfile } from '../../profiled-programs/why-no-profile.ts';
import { profileRequest } from '../../shared/model/some-profile.ts';
import { wholeProcess } from '../../shared/model/whole-process.ts';
import { takeProfile } from './take-profile.ts';

const folder = mkdtempSync(join(tmpdir(), 'jidi-real-perf-'));
const program = join(folder, 'split');
const programs = new StartedPrograms();
const profiler = new ChildProfiler({ folder });

/** Samples in and below each function, as shares of all. */
function totals(tree: StackTree): Map<string, number> {
  const below = [...tree.self];
  for (let node = below.length - 1; node >= 0; node -= 1) {
    const parent = tree.parents[node] ?? -1;
    if (parent >= 0) below[parent] = (below[parent] ?? 0) + (below[node] ?? 0);
  }
  const samples = tree.self.reduce((sum, count) => sum + count, 0);
  const shares = new Map<string, number>();
  below.forEach((count, node) => {
    const name = tree.frames[tree.frameIds[node] ?? -1]?.function ?? '';
    shares.set(name, (shares.get(name) ?? 0) + count / samples);
  });
  return shares;
}

/** Functions that called this one. */
function callers(tree: StackTree, name: string): Set<string | undefined> {
  const nameOf = (node: number): string | undefined => tree.frames[tree.frameIds[node] ?? -1]?.function;
  const nodes = tree.parents.flatMap((parent, node) => (nameOf(node) === name ? [parent] : []));
  return new Set(nodes.map(nameOf));
}

describe.concurrent('the profiler with real perf', () => {
  let missing: string | undefined;

  beforeAll(() => {
    missing = whyNoProfile();
    if (missing !== undefined) return;
    buildPlain(program, splitSource);
  });
  beforeEach((ctx) => {
    if (missing !== undefined) ctx.skip(missing);
  });
  afterAll(async () => {
    await profiler.close();
    programs.end();
    expect(readdirSync(folder).filter((name) => name !== 'split')).toEqual([]);
    rmSync(folder, { recursive: true });
  });

  test('tells the shares of two functions, and who called them', async ({ expect }) => {
    const { pid } = programs.start(program);
    const request = profileRequest({
      id: 'shares',
      target: wholeProcess(pid, null),
      durationMs: 4000,
      frequencyHz: 499,
    });
    const { last, reports, tree } = await takeProfile(profiler, request);
    expect(last).toMatchObject({ status: 'finished', reason: null, progress: 1, lost: 0, stacks: null });
    expect(last.process).toMatchObject({ pid, name: 'split', command: program });
    expect(last.samples).toBe(tree.self.reduce((sum, count) => sum + count, 0));
    const shares = totals(tree);
    const tolerance = shareTolerance(last.samples);
    expect(Math.abs((shares.get('hot') ?? 0) - splitShares.hot)).toBeLessThan(tolerance);
    expect(Math.abs((shares.get('cold') ?? 0) - splitShares.cold)).toBeLessThan(tolerance);
    expect(shares.get('work')).toBeGreaterThan(0.95);
    expect(callers(tree, 'hot')).toEqual(new Set(['work']));
    expect(callers(tree, 'cold')).toEqual(new Set(['work']));
    expect(callers(tree, 'work')).toEqual(new Set(['main']));
    expect(tree.frames.find((frame) => frame.function === 'hot')?.module).toBe('split');
    const running = reports.filter(({ status }) => status === 'running').map(({ progress }) => progress);
    expect(running.length).toBeGreaterThan(2);
    expect(running).toEqual(running.toSorted((a, b) => a - b));
    const statuses = [...new Set(reports.map(({ status }) => status))];
    expect(statuses).toEqual(['pending', 'running', 'processing', 'finished']);
  });

  test('a process that ends half-way leaves a partial profile', async ({ expect }) => {
    const child = programs.start(program);
    const request = profileRequest({
      id: 'partial',
      target: wholeProcess(child.pid, null),
      durationMs: 20_000,
      frequencyHz: 199,
    });
    const { last, tree } = await takeProfile(profiler, request, ({ progress }) => {
      if (progress > 0.1) child.kill('SIGKILL');
    });
    expect(last).toMatchObject({ status: 'partial', reason: { code: 'process-ended' } });
    expect(last.samples).toBeGreaterThan(0);
    expect(totals(tree).get('hot')).toBeGreaterThan(splitShares.hot - shareTolerance(last.samples));
  });

  test('a stopped profile keeps what it has', async ({ expect }) => {
    const { pid } = programs.start(program);
    const request = profileRequest({
      id: 'stopped',
      target: wholeProcess(pid, null),
      durationMs: 20_000,
      frequencyHz: 199,
    });
    const { last } = await takeProfile(profiler, request, ({ progress }) => {
      if (progress > 0.1) profiler.stop('stopped');
    });
    expect(last).toMatchObject({ status: 'stopped', reason: null });
    expect(last.samples).toBeGreaterThan(0);
    expect((last.endedTimeMs ?? 0) - (last.startedTimeMs ?? 0)).toBeLessThan(15_000);
  });

  test('a process that sleeps has no samples, and the reason says so', async ({ expect }) => {
    const { pid } = programs.start('sleep', '60');
    const request = profileRequest({
      id: 'asleep',
      target: wholeProcess(pid, null),
      durationMs: 1,
      frequencyHz: 99,
    });
    const { last, tree } = await takeProfile(profiler, request);
    expect(last).toMatchObject({ status: 'finished', samples: 0, reason: { code: 'no-samples' } });
    expect(tree.frames).toEqual([]);
  });
});
