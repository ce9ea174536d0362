import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { FigureReader, FigureWriter } from '../../../collector/store/figure-bytes.ts';
import type { ProcessSample, ProcessSnapshot } from '../../../shared/model/process.ts';
import { plainDetails } from '../../shared/process-details.ts';
import { handClock, openStore, sender, t0, tempDir } from './open-store.ts';

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
/** Mostly what comes off the wire, sometimes any number at all. No -0: it comes back as 0. */
const figure = (grain: number, by = 1) =>
  fc.oneof(
    fc.nat().map((times) => (times * grain) / by),
    fc.double({ min: 0, noNaN: true }).map((value) => value + 0),
  );
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

test('a snapshot comes back as it was, to the last bit', async () => {
  const store = openStore();
  let sequence = 0;
  await fc.assert(
    fc.asyncProperty(samples, count, count, async (processes, zombieCount, uninterruptibleCount) => {
      sequence += 1;
      const timeMs = t0 + sequence * 1000;
      const counts = { processCount: processes.length, zombieCount, uninterruptibleCount };
      const snapshot: ProcessSnapshot = { timeMs, ...counts, processes };
      await store.append(sender, { sequence, payload: { kind: 'processes', snapshots: [snapshot] } });
      expect(await store.snapshotAt(sender.node, timeMs, 0)).toEqual(snapshot);
    }),
    { numRuns: 60 },
  );
});

test('what is remembered and what is read anew are the same processes', async () => {
  const dataDir = tempDir();
  const first = openStore({ dataDir });
  const processes = [
    { ...plain, outsideJob: true, allowedCpus: '0-3,8', waitChannel: 'futex_wait_queue' },
    { ...plain, pid: 2, step: 'batch', localRank: 0 },
  ];
  await first.append(sender, { sequence: 1, payload: snapshots(t0, processes) });
  await first.close();
  const second = openStore({ dataDir });
  await second.append(sender, { sequence: 2, payload: snapshots(t0 + 1000, processes) });
  await second.append(sender, { sequence: 3, payload: snapshots(t0 + 2000, processes) });
  expect((await second.snapshotAt('n1', t0 + 2000, 0))?.processes).toEqual(processes);
  await second.close();
  const db = new DatabaseSync(join(dataDir, 'store.db'));
  expect(db.prepare('SELECT count(*) AS n FROM process').get()?.['n']).toBe(2);
  expect(db.prepare('SELECT name FROM wait_channel').all()).toMatchObject([{ name: 'futex_wait_queue' }]);
  db.close();
});

test('a process that leaves its job or moves to other CPUs is told so from then on', async () => {
  const store = openStore();
  const moved = { ...plain, job: null, step: null, localRank: null, outsideJob: true, allowedCpus: '4' };
  await store.append(sender, {
    sequence: 1,
    payload: snapshots(t0, [{ ...plain, job: '7', step: '0', localRank: 3, allowedCpus: '0' }]),
  });
  await store.append(sender, { sequence: 2, payload: snapshots(t0 + 1000, [moved]) });
  expect((await store.snapshotAt('n1', t0, 0))?.processes[0]).toMatchObject({ step: '0', allowedCpus: '0' });
  expect((await store.snapshotAt('n1', t0 + 1000, 0))?.processes).toEqual([moved]);
});

test('a store of the first format opens; what that format did not have is unknown', async () => {
  const dataDir = tempDir();
  const db = new DatabaseSync(join(dataDir, 'store.db'));
  db.exec(readFileSync(join(import.meta.dirname, '../../fixtures/store-version-1.sql'), 'utf8'));
  db.close();
  const store = openStore({ dataDir });
  const old = await store.snapshotAt('n1', t0, 0);
  expect(old).toMatchObject({ processCount: 99, zombieCount: null, uninterruptibleCount: null });
  expect(old?.processes[0]).toEqual({
    pid: 42,
    startTimeMs: t0 - 1000,
    parentPid: 1,
    name: 'lmp',
    command: 'lmp -in x',
    user: 'wang',
    uid: 1000,
    threads: 3,
    state: 'R',
    cpuRatio: 1.25,
    memoryRatio: 0.01,
    residentBytes: 2 ** 30,
    readBytesPerSecond: null,
    writeBytesPerSecond: 2048,
    job: '7',
    ...plainDetails,
  });
  expect(old?.processes[1]).toMatchObject({ name: 'init', readBytesPerSecond: 0 });
  // A process of the old format goes on in the new one.
  const goesOn = { ...plain, ...old?.processes[0], waitChannel: 'pipe_read' };
  await store.append(sender, { sequence: 2, payload: snapshots(t0 + 1000, [goesOn]) });
  expect((await store.snapshotAt('n1', t0 + 1000, 0))?.processes).toEqual([goesOn]);
});

test('names of wait channels have a bound, beyond it they are unknown and counted', async () => {
  const store = openStore();
  const channels = Array.from({ length: 16_384 + 2 }, (_, place) => `c${place}`);
  const many = channels.map((waitChannel, pid) => ({ ...plain, pid, waitChannel }));
  await store.append(sender, { sequence: 1, payload: snapshots(t0, many) });
  const back = await store.snapshotAt('n1', t0, 0);
  expect(back?.processes.at(-3)?.waitChannel).toBe('c16383');
  expect(back?.processes.at(-1)?.waitChannel).toBeNull();
  expect(store.statistics().refusedWaitChannels).toBe(2);
});

test('names of wait channels go with the retention', async () => {
  const dataDir = tempDir();
  const clock = handClock();
  const store = openStore({ dataDir, clock, retentionMs: 3_600_000 });
  await store.append(sender, { sequence: 1, payload: snapshots(t0, [{ ...plain, waitChannel: 'gone' }]) });
  clock.nowMs += 3 * 3_600_000;
  await store.append(sender, {
    sequence: 2,
    payload: snapshots(clock.nowMs, [{ ...plain, waitChannel: 'kept' }]),
  });
  await store.retain(clock.nowMs);
  await store.close();
  const db = new DatabaseSync(join(dataDir, 'store.db'));
  expect(db.prepare('SELECT name FROM wait_channel').all()).toMatchObject([{ name: 'kept' }]);
  db.close();
});

test('a figure that is a small multiple takes few bytes; bytes that end too early are refused', () => {
  const writer = new FigureWriter();
  writer.figure(0.9731, { of: 1, by: 10_000 });
  writer.figure(30 * 2 ** 20, { of: 1024, by: 1 });
  const bytes = writer.end();
  expect(bytes.length).toBe(6);
  expect(() => new FigureReader(bytes.subarray(0, 1)).count()).toThrow(RangeError);
});

function snapshots(timeMs: number, processes: readonly ProcessSample[]) {
  const counts = { processCount: processes.length, zombieCount: 0, uninterruptibleCount: 0 };
  return { kind: 'processes', snapshots: [{ timeMs, ...counts, processes }] } as const;
}
