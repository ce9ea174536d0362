// Snapshots of the processes of one node as fast-check makes them: processes that come, go, change their names and jobs.
import * as fc from 'fast-check';
import type { ProcessSample, ProcessSnapshot } from '../../../../shared/model/process.ts';

const text = fc.constantFrom('', 'a', 'python3', '集 \u0000\n"', 'x'.repeat(300));
const rate = fc.option(fc.constantFrom(0, 1, 1024, 4096 * 7, 0.5, 1e15), { nil: null });
const ratio = fc.oneof(
  fc.integer({ min: 0, max: 640_000 }).map((whole) => whole / 10_000),
  fc.constant(1 / 3),
);

const process: fc.Arbitrary<ProcessSample> = fc.record({
  pid: fc.integer({ min: 1, max: 12 }),
  startTimeMs: fc.constantFrom(1_764_000_000_000, 1_764_000_000_010, 0),
  parentPid: fc.constantFrom(0, 1, 4_000_000),
  name: text,
  command: text,
  user: fc.constantFrom('root', 'ann'),
  uid: fc.constantFrom(0, 1000, 4_294_967_294),
  threads: fc.integer({ min: 1, max: 4000 }),
  state: fc.constantFrom('R', 'S', 'D', 'Z', ''),
  cpuRatio: ratio,
  memoryRatio: ratio,
  residentBytes: fc.nat({ max: 2_000_000 }).map((pages) => pages * 4096),
  readBytesPerSecond: rate,
  writeBytesPerSecond: rate,
  job: fc.option(fc.constantFrom('17', '18_3'), { nil: null }),
  step: fc.option(fc.constantFrom('0', 'batch'), { nil: null }),
  localRank: fc.option(fc.constantFrom(0, 1, 127), { nil: null }),
  outsideJob: fc.boolean(),
  allowedCpus: fc.option(fc.constantFrom('0-3,8'), { nil: null }),
  waitChannel: fc.option(fc.constantFrom('futex_wait', 'ep_poll', ''), { nil: null }),
  voluntarySwitchesPerSecond: rate,
  involuntarySwitchesPerSecond: rate,
  gpuMemoryBytes: rate,
});

/** Oldest first, each pid once in each. */
export const snapshots: fc.Arbitrary<readonly ProcessSnapshot[]> = fc
  .array(fc.uniqueArray(process, { selector: ({ pid }) => pid, maxLength: 9 }), {
    minLength: 1,
    maxLength: 9,
  })
  .map((rows) =>
    rows.map((processes, at) => ({
      timeMs: 1_764_600_000_000 + at * 5_000,
      processCount: processes.length + 100,
      zombieCount: at,
      uninterruptibleCount: 2,
      processes,
    })),
  );

/** The order of processes is not kept. */
export function byPid(snapshot: ProcessSnapshot): ProcessSnapshot {
  return { ...snapshot, processes: snapshot.processes.toSorted((left, right) => left.pid - right.pid) };
}
