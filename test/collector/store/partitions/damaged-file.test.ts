// One damaged bit anywhere in a file: either it does not matter, or it is told; what is read is never anything else than what
// was written.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { isDamage } from '../../../../collector/store/partitions/damage.ts';
import { OpenPartitions } from '../../../../collector/store/partitions/open-partitions.ts';
import {
  dropPartition,
  listPartitions,
  setAside,
} from '../../../../collector/store/partitions/partition-folder.ts';
import { PartitionReader } from '../../../../collector/store/partitions/partition-reader.ts';
import { decodeProcesses } from '../../../../collector/store/partitions/process-row.ts';
import { partitionAt } from '../../../../collector/store/partitions/tier.ts';
import type { MetricTick, SeriesDefinition } from '../../../../shared/model/metric.ts';
import {
  expectedSamples,
  flush,
  hour,
  type Samples,
  storedSamples,
  tempFolder,
  ticksEntries,
} from '../flush/stored-data.ts';
import { processSample, snapshot, snapshotsEntry } from '../log/log-data.ts';

const partition = partitionAt('hot', hour);
const series: readonly SeriesDefinition[] = Array.from({ length: 9 }, (_, place) => ({
  metric: `m${place}`,
  kind: 'counter',
  decimals: 0,
  labels: { at: String(place) },
}));

function ticksOf(seed: number): readonly MetricTick[] {
  return Array.from({ length: 20 }, (_, at) => ({
    timeMs: hour + at * 5_000,
    series,
    values: Float64Array.from(series, (__, place) => (at * at * (place + seed) * 7919) % 100_003),
  }));
}

const data = Array.from({ length: 3 }, (_, node) => ({ node: `n${node}`, ticks: ticksOf(node) }));
const snapshots = [snapshot(hour, [processSample(7), processSample(8)])];

async function writtenFolder(): Promise<string> {
  const root = tempFolder();
  const sender = { node: 'n1', spoolId: 's' };
  await flush(root, 1, [...ticksEntries(data), snapshotsEntry(1, snapshots, sender)]);
  return root;
}

/** Everything in the file; throws when something is damaged. */
function readAll(root: string): { samples: Samples; processes: unknown } {
  const samples = storedSamples(root, ['hot']);
  const reader = PartitionReader.open(root, partition);
  try {
    for (const name of reader.dictionary.nodeNames())
      reader.dictionary.seriesOfNode(reader.dictionary.nodeId(name) ?? 0);
    const processes = reader
      .slots()
      .flatMap((slot) =>
        slot.nodes.map((node) => decodeProcesses(reader.snapshots(slot, node) ?? new Uint8Array())),
      );
    return { samples, processes };
  } finally {
    reader.close();
  }
}

describe('a partition file with one damaged bit', () => {
  it('gives what was written, or says that it is damaged', async () => {
    const root = await writtenFolder();
    const whole = readFileSync(join(root, partition.path));
    const expected = { samples: expectedSamples(data), processes: [snapshots] };
    expect(readAll(root)).toEqual(expected);
    const copies = tempFolder();
    const file = join(copies, partition.path);
    mkdirSync(dirname(file));
    let found = 0;
    let state = 1;
    for (let turn = 0; turn < 600; turn += 1) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      const at = usedPlace(whole, state / 2 ** 32);
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << (turn & 7));
      dropPartition(copies, partition);
      writeFileSync(file, damaged);
      try {
        if (!isDeepStrictEqual(readAll(copies), expected)) expect(readAll(copies)).toEqual(expected);
      } catch (error) {
        if (!isDamage(error)) throw error;
        found += 1;
      }
    }
    expect(found).toBeGreaterThan(300);
  });

  it('is set aside, and a new file takes its place', async () => {
    const root = await writtenFolder();
    writeFileSync(join(root, partition.path), 'no database');
    const open = new OpenPartitions(root);
    expect(isDamage(errorOf(() => open.reader(partition)))).toBe(true);
    expect(setAside(root, partition)).toBe('set-aside/hot/2026-11-21T14.db');
    expect(open.reader(partition)).toBeUndefined();
    await flush(root, 2, ticksEntries(data));
    expect(storedSamples(root)).toEqual(expectedSamples(data));
    copyFileSync(join(root, 'set-aside/hot/2026-11-21T14.db'), join(root, partition.path));
    expect(setAside(root, partition)).toBe('set-aside/hot/2026-11-21T14.db.2');
    expect(listPartitions(root)).toEqual([]);
  });
});

describe('readers that are kept open', () => {
  it('see what is written, a new file of the same name, and are few', async () => {
    const root = tempFolder();
    const hours = Array.from({ length: 4 }, (_, place) => hour - place * 3_600_000);
    const at = (timeMs: number) => [{ node: 'a', ticks: [{ timeMs, series, values: Float64Array.of(1) }] }];
    for (const [place, timeMs] of hours.entries()) await flush(root, place + 1, ticksEntries(at(timeMs)));
    const open = new OpenPartitions(root, 3);
    for (const timeMs of hours) expect(open.reader(partitionAt('hot', timeMs))?.slots().length).toBe(1);
    expect(open.count).toBe(3);
    await flush(root, 9, ticksEntries(at(hour)));
    expect(open.reader(partition)?.slots().length).toBe(2);
    dropPartition(root, partition);
    expect(open.reader(partition)).toBeUndefined();
    await flush(root, 10, ticksEntries(at(hour)));
    expect(
      open
        .reader(partition)
        ?.slots()
        .map(({ origin }) => origin),
    ).toEqual([10]);
    open.closeAll();
    expect(open.count).toBe(0);
  });
});

/** Most of the bits are in what is used: free space of pages is passed over. */
function usedPlace(bytes: Buffer, share: number): number {
  const start = Math.floor(share * bytes.length);
  for (let place = start; place < bytes.length; place += 1) if (bytes[place] !== 0) return place;
  return 0;
}

function errorOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
