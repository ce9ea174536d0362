import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ProcessBatch } from '../../../proto/gen/jidi/v1/ProcessBatch.ts';
import type { ProcessSample, ProcessSnapshot } from '../../../shared/model/process.ts';
import { ProcessDecoder } from '../../../shared/wire/process-decoder.ts';
import { ProcessEncoder } from '../../../shared/wire/process-encoder.ts';
import { stream } from './over-the-wire.ts';

const process: ProcessSample = {
  pid: 100,
  startTimeMs: 1_700_000_000_000,
  parentPid: 1,
  name: 'solver',
  command: 'solver --input case.dat',
  user: 'ada',
  uid: 1000,
  threads: 4,
  state: 'R',
  cpuRatio: 3.9876,
  memoryRatio: 0.25,
  residentBytes: 8 * 1024 ** 3,
  readBytesPerSecond: null,
  writeBytesPerSecond: 1024 * 77,
  job: '4711',
  step: '0',
  localRank: 3,
  outsideJob: false,
  allowedCpus: '0-3,8',
  waitChannel: 'futex_wait_queue',
  voluntarySwitchesPerSecond: 0,
  involuntarySwitchesPerSecond: 12,
  gpuMemoryBytes: 1024 ** 3,
};

const snapshot = (timeMs: number, processes: readonly ProcessSample[]): ProcessSnapshot => ({
  timeMs,
  processCount: 321,
  zombieCount: 2,
  uninterruptibleCount: 1,
  processes,
});

// Values as the wire's units hold them; pids are few, so that they are reused and change.
const anyText = fc.string({ unit: 'binary', maxLength: 40 });
const anyRate = fc.option(fc.nat(1e9).map((kib) => kib * 1024));
const anyProcess: fc.Arbitrary<ProcessSample> = fc.record({
  pid: fc.integer({ min: 1, max: 20 }),
  startTimeMs: fc.integer({ min: 1, max: 3 }),
  parentPid: fc.nat(2),
  name: anyText,
  command: anyText,
  user: fc.constantFrom('ada', 'root'),
  uid: fc.nat(1),
  threads: fc.nat(1e6),
  state: fc.constantFrom('R', 'S', 'D', 'Z', 't', '?'),
  cpuRatio: fc.nat(1e8).map((units) => units / 1e4),
  memoryRatio: fc.nat(1e4).map((units) => units / 1e4),
  residentBytes: fc.nat(2 ** 31 - 1).map((kib) => kib * 1024),
  readBytesPerSecond: anyRate,
  writeBytesPerSecond: anyRate,
  job: fc.option(fc.constantFrom('1', '2.batch')),
  step: fc.option(fc.constantFrom('0', 'batch')),
  localRank: fc.option(fc.nat(300)),
  outsideJob: fc.boolean(),
  allowedCpus: fc.option(fc.constantFrom('0', '0-127')),
  waitChannel: fc.option(anyText),
  voluntarySwitchesPerSecond: fc.option(fc.nat(1e6)),
  involuntarySwitchesPerSecond: fc.option(fc.nat(1e6)),
  gpuMemoryBytes: anyRate,
});

describe('process stream', () => {
  test('every process of every snapshot arrives, also when pids are reused and texts change', () => {
    const snapshots = fc.array(fc.array(anyProcess, { maxLength: 15 }), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(snapshots, fc.integer({ min: 1, max: 4 }), (rows, perBatch) => {
        const send = stream();
        const all = rows.map((processes, index) => snapshot(5000 * index, processes));
        for (let from = 0; from < all.length; from += perBatch) {
          const part = all.slice(from, from + perBatch);
          const payload = { kind: 'processes', snapshots: part } as const;
          expect(send({ sequence: from + 1, payload })).toEqual(payload);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('a process is defined once while nothing about it changes', () => {
    const encoder = new ProcessEncoder();
    const definitions = [1, 2, 3].map((timeMs) => {
      const sample = { ...process, cpuRatio: timeMs };
      return encoder.encode([snapshot(timeMs, [sample])]).definitions?.length;
    });
    expect(definitions).toEqual([1, 0, 0]);
  });

  test('more processes than the dictionary holds pass through it over time', () => {
    const send = stream();
    for (let batch = 0; batch < 60; batch += 1) {
      const processes = Array.from({ length: 100 }, (_, row) => ({ ...process, pid: 1 + batch * 100 + row }));
      const payload = { kind: 'processes', snapshots: [snapshot(batch, processes)] } as const;
      expect(send({ sequence: batch + 1, payload })).toEqual(payload);
    }
  });

  test('one batch cannot hold more processes than the dictionary', () => {
    const rows = (from: number) => Array.from({ length: 100 }, (_, row) => ({ ...process, pid: from + row }));
    const encoder = new ProcessEncoder();
    const tooMany = () =>
      encoder.encode(Array.from({ length: 41 }, (_, index) => snapshot(index, rows(index * 100))));
    expect(tooMany).toThrow(expect.objectContaining({ code: 'too-large' }));
  });

  test('what measuring makes of odd figures is brought within bounds', () => {
    const send = stream();
    const odd = {
      ...process,
      cpuRatio: -0.1,
      memoryRatio: Number.NaN,
      residentBytes: 1e18,
      readBytesPerSecond: 1e15,
      state: '',
      command: 'x'.repeat(5000),
    };
    const arrived = send({ sequence: 1, payload: { kind: 'processes', snapshots: [snapshot(0, [odd])] } });
    expect(arrived.kind === 'processes' && arrived.snapshots[0]?.processes[0]).toMatchObject({
      cpuRatio: 0,
      memoryRatio: 0,
      residentBytes: (2 ** 32 - 1) * 1024,
      readBytesPerSecond: (2 ** 32 - 2) * 1024,
      state: '?',
      command: `${'x'.repeat(1023)}…`,
    });
  });
});

describe('process decoder', () => {
  const good = (): ProcessBatch => ({
    keyframe: true,
    definitions: [
      {
        id: 5,
        pid: 1,
        startTimeMs: 1,
        parentPid: 0,
        name: 'a',
        command: '',
        user: 'u',
        uid: 0,
        job: '',
        step: '',
        localRankPlus1: 0,
        outsideJob: false,
        allowedCpus: '',
      },
    ],
    waitChannels: ['pipe_read'],
    snapshots: [
      {
        timeMs: 1,
        processCount: 1,
        ids: [5],
        cpuRatioE4: [1],
        residentKib: [1],
        memoryRatioE4: [1],
        threads: [1],
        states: Buffer.from('R'),
        readKibPerSecondPlus1: [],
        writeKibPerSecondPlus1: [3],
        zombieCount: 0,
        uninterruptibleCount: 0,
        waitChannelsPlus1: [1],
        voluntarySwitchesPerSecondPlus1: [],
        involuntarySwitchesPerSecondPlus1: [],
        gpuMemoryKibPlus1: [],
      },
    ],
  });

  function changed(change: (batch: ProcessBatch) => void): ProcessBatch {
    const batch = good();
    change(batch);
    return batch;
  }

  test('takes an empty column for one that nobody may see', () => {
    const [row] = new ProcessDecoder().decode(good())[0]?.processes ?? [];
    expect(row).toMatchObject({ readBytesPerSecond: null, writeBytesPerSecond: 2048, job: null });
  });

  const first = (batch: ProcessBatch) => batch.snapshots[0] ?? expect.fail();
  const defined = (batch: ProcessBatch) => batch.definitions[0] ?? expect.fail();

  test.each<[string, (batch: ProcessBatch) => void, string, RegExp]>([
    ['no keyframe at first', (b) => void (b.keyframe = false), 'malformed', /keyframe/],
    ['an id that is not defined', (b) => void (first(b).ids = [6]), 'malformed', /6 is not defined/],
    ['an id out of range', (b) => void (defined(b).id = 4096), 'malformed', /0 to 4095/],
    ['a short column', (b) => void (first(b).threads = []), 'malformed', /threads: 0 entries where 1/],
    ['a long column', (b) => void (first(b).cpuRatioE4 = [1, 2]), 'malformed', /cpu_ratio_e4: 2 entries/],
    [
      'a long optional column',
      (b) => void (first(b).readKibPerSecondPlus1 = [1, 2]),
      'malformed',
      /read_kib/,
    ],
    ['missing states', (b) => void (first(b).states = Buffer.alloc(0)), 'malformed', /states/],
    ['a state that moves the cursor', (b) => void (first(b).states = Buffer.from([27])), 'malformed', /27/],
    ['a long name', (b) => void (defined(b).name = 'x'.repeat(65)), 'too-large', /name: 65 characters/],
    ['a long command', (b) => void (defined(b).command = 'x'.repeat(1025)), 'too-large', /command/],
    ['a start before 1970', (b) => void (defined(b).startTimeMs = -1), 'malformed', /start_time_ms/],
    ['too many rows', (b) => void (first(b).ids = Array.from({ length: 161 }, () => 5)), 'too-large', /161/],
  ])('refuses %s', (_, change, code, words) => {
    expect(() => new ProcessDecoder().decode(changed(change))).toThrow(
      expect.objectContaining({ name: 'WireError', code, message: expect.stringMatching(words) }),
    );
  });
});
