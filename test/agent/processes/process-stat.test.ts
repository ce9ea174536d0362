import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ProcessStat } from '../../../agent/processes/process-stat.ts';

function parse(text: string | Buffer): ProcessStat | undefined {
  const bytes = Buffer.from(text);
  const stat = new ProcessStat();
  return stat.parse(bytes, bytes.length) ? stat : undefined;
}

const line =
  '6927 (cat) R 6923 6927 3173 0 -1 4194304 96 0 0 0 11 22 33 44 20 0 5 0 219952 3133440 382 18446744073709551615 1\n';

describe('ProcessStat', () => {
  test('reads the fields of proc_pid_stat(5)', () => {
    expect(parse(line)).toMatchObject({
      parentPid: 6923,
      state: 'R'.charCodeAt(0),
      isKernelThread: false,
      cpuTicks: 33,
      threads: 5,
      startTicks: 219_952,
      residentPages: 382,
    });
  });

  test('sees kernel threads by their flag', () => {
    const kernel =
      '2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 1 0 0 20 0 1 0 14 0 0 18446744073709551615 0\n';
    expect(parse(kernel)).toMatchObject({ isKernelThread: true, startTicks: 14 });
  });

  test('agrees with the kernel about this very process', () => {
    expect(parse(readFileSync('/proc/self/stat'))).toMatchObject({ parentPid: process.ppid });
  });

  test('refuses every content that is cut before field 24', () => {
    const needed = line.indexOf(' 382') + 2;
    for (let length = 0; length < needed; length += 1) expect(parse(line.slice(0, length))).toBeUndefined();
  });

  test('another name has another hash', () => {
    expect(parse(line)?.nameHash).not.toBe(parse(line.replace('(cat)', '(dog)'))?.nameHash);
  });
});
