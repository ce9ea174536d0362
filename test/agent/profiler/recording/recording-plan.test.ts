import { describe, expect, test } from 'vitest';
import type { CallGraph } from '../../../../agent/profiler/recording/call-graph.ts';
import { mmapPages } from '../../../../agent/profiler/recording/perf-record.ts';
import { mostRecordedBytes, planRecording } from '../../../../agent/profiler/recording/recording-plan.ts';
import type { ProfileRequest } from '../../../../shared/model/profile.ts';
import { profileRequest } from '../../../shared/model/some-profile.ts';

const long = { frequencyHz: 2000, durationMs: 300_000 } as const;

describe('the plan of a recording', () => {
  test.each<[string, Partial<ProfileRequest>, { threads?: number; processors?: number }, CallGraph]>([
    ['a rank of MPI', {}, {}, 'dwarf,8192'],
    ['ten threads', {}, { threads: 10 }, 'dwarf,4096'],
    ['64 threads', {}, { threads: 64 }, 'fp'],
    ['64 threads on two processors', {}, { threads: 64, processors: 2 }, 'dwarf,8192'],
    ['a high frequency for long', long, {}, 'fp'],
    ['copies that were asked for', { callGraph: 'dwarf', ...long }, {}, 'dwarf,4096'],
    ['frame pointers that were asked for', { callGraph: 'fp' }, {}, 'fp'],
  ])('%s', (_, change, size, expected) => {
    const plan = planRecording(profileRequest(change), { pids: [1], threads: 1, processors: 128, ...size });
    expect(plan.callGraph).toBe(expected);
  });

  test('counts the threads that can be at work at a time', () => {
    const plan = planRecording(profileRequest({ callGraph: 'fp' }), {
      pids: [1],
      threads: 64,
      processors: 4,
    });
    expect(plan).toMatchObject({ busyThreads: 4, samples: 99 * 30 * 4, bytes: 99 * 30 * 4 * 256 });
  });

  test('what nobody could mean is brought within the limits', () => {
    const odd = { frequencyHz: 1e9, durationMs: Number.NaN };
    const plan = planRecording(profileRequest(odd), { pids: [], threads: 0, processors: 0 });
    expect(plan).toMatchObject({ frequencyHz: 2000, durationMs: 300_000, busyThreads: 1 });
  });

  test('the file may be twice as large as expected, and with switches as large as any', () => {
    const one = { pids: [1], threads: 1, processors: 1 };
    expect(planRecording(profileRequest(), one).mostBytes).toBe(48 * 2 ** 20);
    expect(planRecording(profileRequest({ event: 'wall' }), one).mostBytes).toBe(mostRecordedBytes);
    expect(planRecording(profileRequest({ callGraph: 'dwarf', ...long }), one).mostBytes).toBe(
      mostRecordedBytes,
    );
  });
});

test.each([
  [1, 128],
  [64, 128],
  [96, 64],
  [128, 64],
  [512, 16],
  [2048, 16],
])("the buffers of %d processors stay within the node's memory", (processors, pages) => {
  expect(mmapPages(processors)).toBe(pages);
});
