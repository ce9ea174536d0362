import { describe, expect, test } from 'vitest';
import { isWithoutControl } from '../../../../agent/profiler/perf/perf-control.ts';
import { sampledEvent } from '../../../../agent/profiler/perf/sampled-event.ts';
import { parseMissingEvents } from '../../../../agent/profiler/recording/events-here.ts';
import { type EndedRecording, judgeEnd } from '../../../../agent/profiler/recording/recording-end.ts';
import { parseKernelStack } from '../../../../agent/profiler/recording/sleep-watch.ts';
import type { Target } from '../../../../agent/profiler/target/target.ts';

test('what perf stat does not count is missing, whatever part of it was asked for', () => {
  const text =
    '<not supported>,,cycles:u,0,100.00,,\n1234,,instructions:u,5678,100.00,,\n' +
    '<not counted>,,cache-misses:u,0,100.00,,\nsome warning\n12,,branch-misses:u,1,100.00,,\n';
  expect([...parseMissingEvents(text)]).toEqual(['cycles', 'cache-misses']);
  expect(parseMissingEvents('').size).toBe(0);
});

test('the stack of a sleeping thread becomes frames of the kernel', () => {
  const text =
    '[<0>] pipe_read+0x1e5/0x4a0\n[<0>] ext4_wait+0x1/0x2 [ext4]\n[<ffffffff81000130>] \x1b[31mx+0x1/0x2\nodd\n';
  expect(parseKernelStack(text)).toEqual([
    'pipe_read ([kernel.kallsyms])',
    'ext4_wait ([kernel.kallsyms])',
    '\\x1b[31mx ([kernel.kallsyms])',
  ]);
  expect(parseKernelStack('[<0>] f+0x1/0x2\n'.repeat(1000))).toHaveLength(64);
});

test.each([
  ["Error: unknown option `control'\n\n Usage: perf record", true],
  ['failed to open: Permission denied', false],
  ['', false],
])('a perf that says %j may be told when to begin: not %s', (complaint, expected) => {
  expect(isWithoutControl(complaint)).toBe(expected);
});

test('waiting is told by switches where perf may see the kernel, and by looks where not', () => {
  const nobody = { uid: 1000, capabilities: 0n, paranoid: 2 };
  expect(sampledEvent('wall', nobody)).toMatchObject({ name: 'cpu-clock:u', waits: 'looks' });
  expect(sampledEvent('wall', { ...nobody, paranoid: 1 })).toMatchObject({ waits: 'switches' });
  expect(sampledEvent('cpu-clock', nobody).waits).toBeNull();
});

describe('the end of a recording', () => {
  const target: Target = {
    name: 'process 42',
    process: null,
    perfArguments: [],
    uids: [0],
    threads: 1,
    tids: null,
    members: new Map(),
    isOpen: false,
    left: 0,
    isAlive: () => true,
    nameNow: () => null,
    stranger: () => null,
  };
  const ended: EndedRecording = { target, event: 'cpu-clock', durationMs: 10_000, coveredMs: 4000 };
  const reason = { code: 'pid-reused', message: 'another', remedy: 'choose' };

  test('that found another process behind the number has failed', () => {
    const strange = { ...ended, target: { ...target, stranger: () => reason } };
    expect(judgeEnd({ kind: 'elapsed' }, strange)).toEqual({ status: 'failed', reason });
    expect(judgeEnd({ kind: 'elapsed' }, ended)).toEqual({ status: 'finished', reason: null });
    expect(judgeEnd({ kind: 'stopped' }, ended)).toEqual({ status: 'stopped', reason: null });
  });

  test.each([
    ['', 'process-ended'],
    ['WARNING: The perf data file size limit reached', 'recording-full'],
  ])('that perf chose itself is partial: %j', (complaint, code) => {
    const verdict = judgeEnd({ kind: 'by-itself', exit: { code: 0, signal: null, complaint } }, ended);
    expect(verdict).toMatchObject({ status: 'partial', reason: { code } });
    expect(verdict.reason?.message).toContain('4.0 s');
  });
});
