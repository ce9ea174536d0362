import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeProcesses,
  decodeProcessesAt,
  encodeProcesses,
  ProcessRow,
} from '../../../../collector/store/partitions/process-row.ts';
import type { ProcessSnapshot } from '../../../../shared/model/process.ts';
import { byPid, snapshots } from './random-snapshots.ts';

describe('a row of process snapshots', () => {
  it('is read back exactly', () => {
    fc.assert(
      fc.property(snapshots, fc.constantFrom('none' as const, 'zstd' as const), (all, compression) => {
        const bytes = encodeProcesses(all, compression);
        expect(decodeProcesses(bytes).map(byPid)).toEqual(all.map(byPid));
      }),
      { numRuns: 60 },
    );
  });

  it('gives the newest snapshot at a time', () => {
    const all = [5_000, 10_000, 15_000].map(
      (timeMs): ProcessSnapshot => ({
        timeMs,
        processCount: timeMs,
        zombieCount: 0,
        uninterruptibleCount: 0,
        processes: [],
      }),
    );
    const bytes = encodeProcesses(all, 'zstd');
    expect(decodeProcessesAt(bytes, 4_999)).toBeNull();
    expect(decodeProcessesAt(bytes, 14_999)?.timeMs).toBe(10_000);
    expect(decodeProcessesAt(bytes, 99_000)?.timeMs).toBe(15_000);
  });

  it('shows each damaged bit', () => {
    const [all = []] = fc.sample(snapshots, { numRuns: 1, seed: 5 });
    const whole = encodeProcesses(all, 'none');
    for (let bit = 0; bit < whole.length * 8; bit += 97) {
      const damaged = Uint8Array.from(whole);
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => decodeProcesses(damaged)).toThrow(/changed|too few/);
    }
  });

  it('keeps the first of two snapshots of one time', () => {
    const at = (timeMs: number, processCount: number): ProcessSnapshot => ({
      timeMs,
      processCount,
      zombieCount: 0,
      uninterruptibleCount: 0,
      processes: [],
    });
    const row = new ProcessRow();
    row.addSnapshots([at(2, 1), at(4, 1)]);
    expect(row.addRow(encodeProcesses([at(1, 2), at(2, 2)], 'zstd'))).toBe(2);
    const merged = decodeProcesses(row.encode('none'));
    expect(merged.map(({ timeMs, processCount }) => [timeMs, processCount])).toEqual([
      [1, 2],
      [2, 1],
      [4, 1],
    ]);
    expect(row.bounds()).toEqual({ firstMs: 1, lastMs: 4 });
  });

  it('gives the same when it is made of rows', () => {
    fc.assert(
      fc.property(snapshots, fc.nat({ max: 9 }), (all, cut) => {
        const row = new ProcessRow();
        row.addRow(encodeProcesses(all.slice(0, cut), 'none'));
        row.addRow(encodeProcesses(all.slice(cut), 'zstd'));
        expect(decodeProcesses(row.encode('zstd')).map(byPid)).toEqual(all.map(byPid));
      }),
      { numRuns: 60 },
    );
  });
});
