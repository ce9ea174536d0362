import {
  type Arbitrary,
  array,
  assert,
  constantFrom,
  double,
  integer,
  nat,
  oneof,
  option,
  property,
  record,
  subarray,
  tuple,
} from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ChunkError } from '../../../../collector/store/columns/chunk-error.ts';
import {
  decodeSnapshotAt,
  decodeSnapshots,
  encodeSnapshots as encodeColumns,
  type FiguresSnapshot,
  type ProcessFigures,
  toColumns,
} from '../../../../collector/store/columns/snapshot-codec.ts';
import { flippedBitsThatPass } from './flipped-bits.ts';

const t0 = 1_764_600_000_000;
const compression = constantFrom('none' as const, 'zstd' as const);
const bytes = nat({ max: 2 ** 31 - 1 }).map((kibibytes) => kibibytes * 1024);
const ratio = nat({ max: 1_000_000 }).map((number) => number / 1e4);

const figures: Arbitrary<Omit<ProcessFigures, 'id'>> = record({
  threads: nat({ max: 500 }),
  state: constantFrom('R', 'S', 'D', 'Z', '?', ''),
  cpuRatio: ratio,
  memoryRatio: ratio,
  residentBytes: bytes,
  readBytesPerSecond: option(bytes),
  writeBytesPerSecond: option(bytes),
  voluntarySwitchesPerSecond: option(nat({ max: 100_000 })),
  involuntarySwitchesPerSecond: option(nat({ max: 100_000 })),
  gpuMemoryBytes: option(bytes, { freq: 1 }),
  waitChannelId: option(integer({ min: 1, max: 300 })),
});

const odd = record({
  cpuRatio: double({ noNaN: true, noDefaultInfinity: true }),
  residentBytes: oneof(double({ noNaN: true, noDefaultInfinity: true }), constantFrom(2 ** 53, -0)),
  readBytesPerSecond: option(double({ noNaN: true, noDefaultInfinity: true })),
});

const snapshots: Arbitrary<FiguresSnapshot[]> = tuple(
  array(integer({ min: 1, max: 2 ** 40 }), { maxLength: 8 }).chain((ids) =>
    array(subarray([...new Set(ids)]), { maxLength: 12 }),
  ),
  array(figures, { minLength: 1, maxLength: 9 }),
  option(odd, { freq: 1 }),
).map(([listed, kinds, odd]) =>
  listed.map((ids, moment) => ({
    timeMs: t0 + 5000 * moment,
    processCount: 300 + ids.length,
    zombieCount: moment % 2,
    uninterruptibleCount: 0,
    processes: ids.map((id, place) => ({
      ...(kinds[(moment + place) % kinds.length] ?? plain),
      ...(odd !== null && place === 1 ? odd : {}),
      id,
    })),
  })),
);

const plain: ProcessFigures = {
  id: 7,
  threads: 1,
  state: 'S',
  cpuRatio: 0.25,
  memoryRatio: 0.01,
  residentBytes: 4096,
  readBytesPerSecond: null,
  writeBytesPerSecond: 0,
  voluntarySwitchesPerSecond: 3,
  involuntarySwitchesPerSecond: 0,
  gpuMemoryBytes: null,
  waitChannelId: 2,
};

function snapshot(moment: number, processes: readonly ProcessFigures[]): FiguresSnapshot {
  return {
    timeMs: t0 + 5000 * moment,
    processCount: 100,
    zombieCount: 0,
    uninterruptibleCount: 0,
    processes,
  };
}

function encodeSnapshots(snapshots: readonly FiguresSnapshot[], compression: 'none' | 'zstd'): Uint8Array {
  return encodeColumns(snapshots.map(toColumns), compression);
}

/** The order of processes is not kept. */
function byId(snapshot: FiguresSnapshot | null): unknown {
  return snapshot && { ...snapshot, processes: snapshot.processes.toSorted((a, b) => a.id - b.id) };
}

describe('process snapshots', () => {
  test('come back as they went in', () => {
    assert(
      property(snapshots, compression, (given, compression) => {
        expect(decodeSnapshots(encodeSnapshots(given, compression)).map(byId)).toEqual(given.map(byId));
      }),
      { numRuns: 400 },
    );
  });

  test('come back one by one: the newest that is not after a time', () => {
    assert(
      property(snapshots, compression, (given, compression) => {
        const encoded = encodeSnapshots(given, compression);
        for (const one of given) {
          expect(byId(decodeSnapshotAt(encoded, one.timeMs))).toEqual(byId(one));
          expect(byId(decodeSnapshotAt(encoded, one.timeMs + 4999))).toEqual(byId(one));
        }
        expect(decodeSnapshotAt(encoded, t0 - 1)).toBeNull();
      }),
      { numRuns: 150 },
    );
  });

  test('may be none, or of no processes', () => {
    expect(decodeSnapshots(encodeSnapshots([], 'zstd'))).toEqual([]);
    expect(decodeSnapshotAt(encodeSnapshots([], 'none'), t0)).toBeNull();
    const empty = [snapshot(0, []), snapshot(1, [])];
    expect(decodeSnapshots(encodeSnapshots(empty, 'none'))).toEqual(empty);
  });

  test('keep figures that are no multiples of what they are counted in', () => {
    const odd = [4096, -0, 4097, 0.1, 2 ** 60].map((residentBytes, moment) =>
      snapshot(moment, [{ ...plain, residentBytes }]),
    );
    expect(decodeSnapshots(encodeSnapshots(odd, 'none'))).toEqual(odd);
    expect(decodeSnapshots(encodeSnapshots(odd.slice(0, 2), 'none'))).toEqual(odd.slice(0, 2));
  });

  test('name their processes in the order in which they first appeared', () => {
    const [a, b, c] = [5, 9, 2].map((id) => ({ ...plain, id }));
    if (a === undefined || b === undefined || c === undefined) throw new Error('three processes');
    const found = decodeSnapshots(encodeSnapshots([snapshot(0, [b, a]), snapshot(1, [c, a, b])], 'none'));
    expect(found.map(({ processes }) => processes.map(({ id }) => id))).toEqual([
      [9, 5],
      [9, 5, 2],
    ]);
  });

  test('tell a process once that is listed twice', () => {
    const twice = [{ ...plain, threads: 3 }, plain];
    expect(decodeSnapshots(encodeSnapshots([snapshot(0, twice)], 'none'))).toEqual([
      snapshot(0, [{ ...plain, threads: 3 }]),
    ]);
  });

  test('cost little for a process that does the same all the time', () => {
    const steady = Array.from({ length: 120 }, (_, moment) =>
      snapshot(
        moment,
        Array.from({ length: 20 }, (_, process) => ({ ...plain, id: process + 1 })),
      ),
    );
    expect(encodeSnapshots(steady, 'none').length).toBeLessThan(400);
  });

  test('of an hour go under zstd in pieces, and come back', () => {
    const hour = Array.from({ length: 720 }, (_, moment) =>
      snapshot(
        moment,
        Array.from({ length: 30 }, (_, process) => {
          const noise = (moment * 7919 + process * 104_729) % 1009;
          return {
            ...plain,
            id: process + 1,
            cpuRatio: noise / 1e4,
            residentBytes: (1000 + noise * moment) * 1024,
          };
        }),
      ),
    );
    const encoded = encodeSnapshots(hour, 'zstd');
    expect(encoded.length).toBeGreaterThan(2 * 4096);
    expect(decodeSnapshots(encoded)).toEqual(hour);
    expect(decodeSnapshotAt(encoded, t0 + 5000 * 700)).toEqual(hour[700]);
    for (const at of [0, 1, 5, 4100, encoded.length - 1]) {
      const damaged = Uint8Array.from(encoded);
      damaged[at] = (damaged[at] ?? 0) ^ 16;
      expect(() => decodeSnapshots(damaged)).toThrow(ChunkError);
    }
  });

  test('show any bit that flipped', () => {
    const given = Array.from({ length: 12 }, (_, moment) =>
      snapshot(moment, [
        { ...plain, cpuRatio: (moment * 7919) % 97, waitChannelId: moment % 3 === 0 ? null : 4 },
      ]),
    );
    const encoded = encodeSnapshots(given, 'none');
    expect(flippedBitsThatPass(encoded, decodeSnapshots)).toEqual([]);
    expect(flippedBitsThatPass(encoded, (damaged) => decodeSnapshotAt(damaged, t0))).toEqual([]);
  });
});
