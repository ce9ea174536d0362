import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { findPerf } from '../../../agent/profiler/perf/find-perf.ts';
import {
  eventFor,
  type PerfAccess,
  readPerfAccess,
  refusalReason,
} from '../../../agent/profiler/perf/perf-access.ts';
import { countLostSamples } from '../../../agent/profiler/recording/lost-samples.ts';

const folder = mkdtempSync(join(tmpdir(), 'jidi-perf-parts-'));
afterAll(() => rmSync(folder, { recursive: true }));

const perfmon = 1n << 38n;
const admin = 1n << 21n;
const ptrace = 1n << 19n;

describe('perf-access', () => {
  test.each<[string, bigint, number, string]>([
    ['nobody at level 2', 0n, 2, 'cpu-clock:u'],
    ['nobody at level 1', 0n, 1, 'cpu-clock'],
    ['nobody at Debian’s level 3', 0n, 3, 'cpu-clock:u'],
    ['CAP_PERFMON', perfmon, 3, 'cpu-clock'],
    ['CAP_SYS_ADMIN', admin, 4, 'cpu-clock'],
    ['root without capabilities', 0n, 2, 'cpu-clock:u'],
  ])('the event of %s', (_, capabilities, paranoid, event) => {
    expect(eventFor({ uid: 0, capabilities, paranoid })).toBe(event);
  });

  test.each<[string, PerfAccess, number, RegExp]>([
    ['a foreign process', { uid: 990, capabilities: 0n, paranoid: 2 }, 1000, /belongs to user 1000/],
    ['level 3', { uid: 990, capabilities: 0n, paranoid: 3 }, 990, /perf_event_paranoid is 3/],
    [
      'level 3 with ptrace',
      { uid: 990, capabilities: ptrace, paranoid: 3 },
      1000,
      /perf_event_paranoid is 3/,
    ],
    ['a container', { uid: 0, capabilities: admin, paranoid: 2 }, 0, /kernel refused/],
    ['no perf events', { uid: 0, capabilities: admin, paranoid: null }, 0, /not there/],
  ])('the reason for %s', (_, access, targetUid, message) => {
    const reason = refusalReason(access, targetUid);
    expect(reason.code).toBe('perf-forbidden');
    expect(reason.message).toMatch(message);
    expect(reason.remedy).toContain('CAP_PERFMON');
  });

  test('reads this machine', () => {
    expect(readPerfAccess()).toMatchObject({ uid: process.geteuid?.() });
  });

  test('a machine without the files has no rights', () => {
    expect(readPerfAccess(join(folder, 'absent'))).toEqual({ uid: -1, capabilities: 0n, paranoid: null });
  });
});

describe('find-perf', () => {
  const program = join(folder, 'perf');
  writeFileSync(program, '#!/bin/sh\n');

  test('takes an executable file only', () => {
    chmodSync(program, 0o644);
    expect(findPerf(program, '')).toBeUndefined();
    chmodSync(program, 0o755);
    expect(findPerf(program, '')).toBe(program);
    expect(findPerf(null, `relative:${folder}:/usr/bin`)).toBe(program);
    expect(findPerf(folder, folder)).toBeUndefined();
  });
});

describe('lost-samples', () => {
  /** [type, size, further words] → a file as `perf record` writes it. */
  function recording(records: readonly (readonly [number, number, ...bigint[]])[]): string {
    const data = records.map(([type, sizeBytes, ...words]) => {
      const record = Buffer.alloc(Math.max(8, sizeBytes));
      record.writeUInt32LE(type, 0);
      record.writeUInt16LE(sizeBytes, 6);
      words.forEach((word, i) => record.writeBigUInt64LE(word, 8 + i * 8));
      return record;
    });
    const header = Buffer.alloc(104);
    header.write('PERFILE2', 'latin1');
    header.writeBigUInt64LE(104n, 40);
    header.writeBigUInt64LE(BigInt(Buffer.concat(data).length), 48);
    const path = join(folder, 'perf.data');
    writeFileSync(path, Buffer.concat([header, ...data, Buffer.from('features follow')]));
    return path;
  }

  const samples = Array.from({ length: 100 }, (): [number, number] => [9, 8192]);

  test('adds up what the kernel told while it happened', async () => {
    const path = recording([...samples, [2, 40, 34n, 5n], ...samples, [2, 40, 34n, 7n], [1, 64]]);
    expect(await countLostSamples(path)).toBe(12);
  });

  test('a loss that is told again at the end counts once', async () => {
    expect(await countLostSamples(recording([[2, 40, 34n, 5969n], ...samples, [13, 32, 5969n]]))).toBe(5969);
  });

  test('none, another file, a cut file and a broken record count as 0', async () => {
    expect(await countLostSamples(recording(samples))).toBe(0);
    expect(await countLostSamples(recording([]))).toBe(0);
    expect(
      await countLostSamples(
        recording([
          [9, 8],
          [0, 0],
        ]),
      ),
    ).toBe(0);
    const path = join(folder, 'other');
    writeFileSync(path, 'PERF');
    expect(await countLostSamples(path)).toBe(0);
  });
});
