import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findProcesses } from '../../executor/find-processes.ts';

const proc = mkdtempSync(join(tmpdir(), 'jidi-proc-'));

beforeAll(() => {
  const stats = {
    10: '10 (slurmd) S 1 10 10',
    11: '11 (slurmd) Z 1 11 11',
    12: '12 (a) R 1 (slurmd)) S 1 12 12',
    13: '13 (slurmd) S) R 1 13 13',
    14: '14 (very-long-daemo) S 1 14 14',
    15: '',
    self: '16 (slurmd) S 1 16 16',
  };
  for (const [pid, stat] of Object.entries(stats)) {
    mkdirSync(join(proc, pid));
    writeFileSync(join(proc, pid, 'stat'), stat);
  }
  mkdirSync(join(proc, '17'));
});
afterAll(() => rmSync(proc, { recursive: true }));

test('finds living processes of exactly that name, whatever others are called', () => {
  expect(findProcesses(proc, 'slurmd')).toEqual([10]);
});

test('a long name is compared as far as the kernel keeps it', () => {
  expect(findProcesses(proc, 'very-long-daemon-name')).toEqual([14]);
});
