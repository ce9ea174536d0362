import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { RecordingBudget } from '../../../../agent/profiler/child/recording-budget.ts';

const mebibyte = 2 ** 20;
const folder = mkdtempSync(join(tmpdir(), 'jidi-budget-'));
afterAll(() => rmSync(folder, { recursive: true }));

const need = (samples: number, bytes: number) => ({
  samples,
  bytes,
  mostBytes: mebibyte,
  waitsOf: null,
});

describe('the budget of recordings', () => {
  test('one may not be larger than any may be', async () => {
    const reason = await new RecordingBudget(folder).take('a', need(6_000_000, 0));
    expect(reason).toMatchObject({
      code: 'too-many-samples',
      message:
        'the profile would come to 6,000,000 samples and 0 MiB; 2,000,000 samples and 512 MiB are the most',
      remedy: 'Choose a frequency or a duration 3 times smaller, or frame pointers.',
    });
  });

  test('all together may not be larger either, and what is over counts no more', async () => {
    const budget = new RecordingBudget(folder);
    expect(await budget.take('a', need(2_000_000, 400 * mebibyte))).toBeNull();
    expect(await budget.take('b', need(1_500_000, 400 * mebibyte))).toBeNull();
    const reason = await budget.take('c', need(100_000, 300 * mebibyte));
    expect(reason?.code).toBe('node-budget-used');
    expect(reason?.message).toContain('2 on this node take 3,500,000 samples and 800 MiB');
    budget.release('a');
    expect(await budget.take('c', need(100_000, 300 * mebibyte))).toBeNull();
  });

  test('the waits of a process are recorded once at a time', async () => {
    const budget = new RecordingBudget(folder);
    const waits = (...waitsOf: number[]) => ({ ...need(1, 1), waitsOf });
    expect(await budget.take('a', waits(1, 2))).toBeNull();
    expect(await budget.take('b', waits(2, 3))).toMatchObject({ code: 'waits-recorded-already' });
    expect(await budget.take('whole node', waits())).toMatchObject({ code: 'waits-recorded-already' });
    expect(await budget.take('c', waits(3))).toBeNull();
    expect(await budget.take('d', need(1, 1))).toBeNull();
    budget.release('a');
    expect(await budget.take('b', waits(1, 2))).toBeNull();
  });

  test('the disk must have room for the largest file it may come to, beside those that were granted', async (ctx) => {
    const disk = mkdtempSync(join(folder, 'disk-'));
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=100m', 'none', disk]);
    if (mounted.status !== 0) ctx.skip('may not mount a small file system; run the tests as root');
    try {
      const budget = new RecordingBudget(disk);
      const file = { ...need(1, 1), mostBytes: 20 * mebibyte };
      expect(await budget.take('a', file)).toBeNull();
      expect(await budget.take('b', file)).toMatchObject({
        code: 'no-room-on-disk',
        message: `the recording may take 20 MiB, and ${disk} has 16 MiB free for it`,
      });
      budget.release('a');
      expect(await budget.take('b', file)).toBeNull();
    } finally {
      execFileSync('umount', [disk]);
    }
  });
});
