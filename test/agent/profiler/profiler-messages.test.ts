import { describe, expect, test } from 'vitest';
import { JsonLines } from '../../../agent/profiler/json-lines.ts';
import { parseProfileReport, parseProfilerMessage } from '../../../agent/profiler/profiler-messages.ts';
import { profileRequest } from '../../shared/model/some-profile.ts';

const report = {
  profileId: 'p1',
  status: 'processing',
  reason: { code: 'c', message: 'm', remedy: 'r' },
  progress: 0.5,
  startedTimeMs: 1,
  endedTimeMs: null,
  samples: 3,
  lost: 0,
  sampledEvent: 'cpu-clock',
  unit: 'microseconds',
  usedCallGraph: 'fp',
  symbols: { named: 0.5, reason: null },
  process: { pid: 1, startTimeMs: 0, name: 'n', command: 'c', user: 'u' },
  stacks: {
    index: 0,
    last: true,
    frames: [{ function: 'f', module: 'm' }],
    parents: [-1, 0],
    frameIds: [0, 0],
    self: [1, 2],
    threads: [{ pid: 1, tid: 2, process: 'p', name: 't', localRank: null }],
    samples: { timesMs: [1], threadIds: [0], nodes: [1], weights: [2] },
  },
};

describe('parseProfileReport', () => {
  test('takes a report of the profile, and nothing else with it', () => {
    expect(parseProfileReport({ ...report, extra: 1 }, 'p1')).toEqual(report);
  });

  test.each<[string, unknown]>([
    ['another profile', { ...report, profileId: 'p2' }],
    ['an unknown status', { ...report, status: 'great' }],
    ['a progress that is no number', { ...report, progress: null }],
    ['a reason without remedy', { ...report, reason: { code: 'c', message: 'm' } }],
    ['columns of different length', { ...report, stacks: { ...report.stacks, self: [1] } }],
    ['a negative count', { ...report, stacks: { ...report.stacks, self: [-1, 2] } }],
    ['a frame without a name', { ...report, stacks: { ...report.stacks, frames: [{ module: 'm' }] } }],
    ['a text without end', { ...report, sampledEvent: 'e'.repeat(10_000) }],
    ['an unknown unit', { ...report, unit: 'pounds' }],
    ['names without a share', { ...report, symbols: { reason: null } }],
    ['a thread without a number', { ...report, stacks: { ...report.stacks, threads: [{}] } }],
    [
      'samples of different length',
      { ...report, stacks: { ...report.stacks, samples: { ...report.stacks.samples, nodes: [] } } },
    ],
    ['a missing field', { ...report, process: undefined }],
    ['a list', [report]],
    ['nothing', null],
  ])('refuses %s', (_, value) => {
    expect(parseProfileReport(value, 'p1')).toBeUndefined();
  });
});

describe('parseProfilerMessage', () => {
  const request = profileRequest();
  const asked = (target: unknown) => ({ ...start, request: { ...request, target } });
  const start = { kind: 'start', request, folder: '/tmp/x', perfPath: null, searchPath: '' };

  test('takes start and stop', () => {
    expect(parseProfilerMessage(start)).toEqual(start);
    expect(parseProfilerMessage({ kind: 'stop' })).toEqual({ kind: 'stop' });
    for (const target of [{ kind: 'node' }, { kind: 'job', job: '7' }, { kind: 'cgroup', path: '/a' }]) {
      expect(parseProfilerMessage(asked(target))).toEqual(asked(target));
    }
  });

  test.each<[string, unknown]>([
    ['a pid below 0', asked({ ...request.target, pid: -1 })],
    ['a pid that is text', asked({ ...request.target, pid: '5; rm' })],
    ['a thread that is text', asked({ ...request.target, threads: ['5'] })],
    ['a job without a name', asked({ kind: 'job' })],
    ['an unknown target', asked({ kind: 'cluster' })],
    ['an unknown event', { ...start, request: { ...request, event: 'rain' } }],
    ['no folder', { ...start, folder: undefined }],
    ['another kind', { kind: 'run' }],
    ['a text', 'start'],
  ])('refuses %s', (_, value) => {
    expect(parseProfilerMessage(value)).toBeUndefined();
  });
});

describe('JsonLines', () => {
  test('reads lines across pieces, and tells broken ones as undefined', () => {
    const values: unknown[] = [];
    const lines = new JsonLines(100, (value) => values.push(value));
    for (const byte of Buffer.from('{"a":"名"}\nno json\n1\n{"cut')) lines.write(Buffer.from([byte]));
    expect(values).toEqual([{ a: '名' }, undefined, 1]);
  });

  test('refuses a line that is too long, ended or not', () => {
    expect(new JsonLines(5, () => undefined).write(Buffer.from('1234567'))).toBe(false);
    expect(new JsonLines(5, () => undefined).write(Buffer.from('123456\n'))).toBe(false);
  });
});
