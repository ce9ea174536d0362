import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ProcessSample, ProcessSnapshot } from '../../../shared/model/process.ts';
import { plainDetails } from '../../shared/process-details.ts';
import { openStore, sender, t0 } from './open-store.ts';

const plain: ProcessSample = {
  pid: 1,
  startTimeMs: 1,
  parentPid: 0,
  name: 'a',
  command: 'a',
  user: 'u',
  uid: 1,
  threads: 1,
  state: 'S',
  cpuRatio: 0,
  memoryRatio: 0,
  residentBytes: 0,
  readBytesPerSecond: null,
  writeBytesPerSecond: null,
  job: null,
  ...plainDetails,
};

const count = fc.nat({ max: 2 ** 31 - 1 });
/** As it comes off the wire: whole multiples of the grain. */
const figure = (grain: number, by = 1) => fc.nat().map((times) => (times * grain) / by);
const text = fc.string({ unit: 'grapheme', maxLength: 30 });
const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });

const sample: fc.Arbitrary<ProcessSample> = fc.record({
  pid: count,
  startTimeMs: count,
  parentPid: count,
  name: text,
  command: text,
  user: text,
  uid: count,
  threads: count,
  state: fc.constantFrom('R', 'S', 'D', 'Z', '?'),
  cpuRatio: figure(1, 10_000),
  memoryRatio: figure(1, 10_000),
  residentBytes: figure(1024),
  readBytesPerSecond: orNull(figure(1024)),
  writeBytesPerSecond: orNull(figure(1024)),
  job: orNull(text),
  step: orNull(text),
  localRank: orNull(count),
  outsideJob: fc.boolean(),
  allowedCpus: orNull(text),
  waitChannel: orNull(text),
  voluntarySwitchesPerSecond: orNull(figure(1)),
  involuntarySwitchesPerSecond: orNull(figure(1)),
  gpuMemoryBytes: orNull(figure(1024)),
});

const samples = fc.uniqueArray(sample, { maxLength: 20, selector: ({ pid }) => pid });

const byPid = (a: ProcessSample, b: ProcessSample) => a.pid - b.pid;

test('snapshots come back as they were, from memory and from the files', async () => {
  const store = await openStore();
  const stored: ProcessSnapshot[] = [];
  await fc.assert(
    fc.asyncProperty(samples, count, count, async (processes, zombieCount, uninterruptibleCount) => {
      const timeMs = t0 + stored.length * 1000;
      const counts = { processCount: processes.length, zombieCount, uninterruptibleCount };
      const snapshot: ProcessSnapshot = { timeMs, ...counts, processes };
      stored.push(snapshot);
      const payload = { kind: 'processes', snapshots: [snapshot] } as const;
      await store.append(sender, { sequence: stored.length, payload });
      expect(inOrder(await store.snapshotAt(sender.node, timeMs, 0))).toEqual(inOrder(snapshot));
    }),
    { numRuns: 60 },
  );
  await store.compact();
  for (const snapshot of stored) {
    expect(inOrder(await store.snapshotAt(sender.node, snapshot.timeMs, 0))).toEqual(inOrder(snapshot));
  }
  const range = { fromMs: t0 + 5000, toMs: t0 + 40_000, limit: 10 };
  const some = await store.snapshots(sender.node, range);
  expect(some.map(inOrder)).toEqual(stored.slice(5, 15).map(inOrder));
});

/** The order of the processes is nobody's promise. */
function inOrder(snapshot: { readonly processes: readonly ProcessSample[] } | null) {
  return { ...snapshot, processes: snapshot?.processes.toSorted(byPid) };
}

test('a process that leaves its job or moves to other CPUs is told so from then on', async () => {
  const store = await openStore();
  const moved = { ...plain, job: null, step: null, localRank: null, outsideJob: true, allowedCpus: '4' };
  await store.append(sender, {
    sequence: 1,
    payload: snapshots(t0, [{ ...plain, job: '7', step: '0', localRank: 3, allowedCpus: '0' }]),
  });
  await store.append(sender, { sequence: 2, payload: snapshots(t0 + 1000, [moved]) });
  expect((await store.snapshotAt('n1', t0, 0))?.processes[0]).toMatchObject({ step: '0', allowedCpus: '0' });
  expect((await store.snapshotAt('n1', t0 + 1000, 0))?.processes).toEqual([moved]);
});

function snapshots(timeMs: number, processes: readonly ProcessSample[]) {
  const counts = { processCount: processes.length, zombieCount: 0, uninterruptibleCount: 0 };
  return { kind: 'processes', snapshots: [{ timeMs, ...counts, processes }] } as const;
}
