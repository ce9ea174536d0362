import { existsSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rollUp } from '../../../../collector/store/columns/roll-up.ts';
import { Compactor } from '../../../../collector/store/compaction/compactor.ts';
import { slotGrid } from '../../../../collector/store/partitions/bucket-grids.ts';
import { listPartitions } from '../../../../collector/store/partitions/partition-folder.ts';
import { PartitionReader } from '../../../../collector/store/partitions/partition-reader.ts';
import { decodeProcesses } from '../../../../collector/store/partitions/process-row.ts';
import { dayMs, hourMs, partitionAt } from '../../../../collector/store/partitions/tier.ts';
import type { MetricTick, SeriesDefinition } from '../../../../shared/model/metric.ts';
import {
  expectedSamples,
  flush,
  hour,
  type NodeTicks,
  storedSamples,
  tempFolder,
  ticksEntries,
  yieldTurn,
} from '../flush/stored-data.ts';
import { processSample, snapshot, snapshotsEntry } from '../log/log-data.ts';
import { byPid } from '../partitions/random-snapshots.ts';
import { rounded, samplesIn, storedBuckets } from './stored-buckets.ts';

const day = Date.UTC(2026, 10, 21);
const load: SeriesDefinition = { metric: 'load', kind: 'gauge', decimals: 2, labels: {} };
const busy: SeriesDefinition = { metric: 'busy', kind: 'counter', decimals: 2, labels: { cpu: '0' } };

/** A tick each minute and second of `everyMs`; the counter begins anew now and then, some ticks are missing. */
function dayOf(node: string, everyMs: number, seed: number): NodeTicks {
  const ticks: MetricTick[] = [];
  let counter = 0;
  for (let timeMs = day; timeMs < day + dayMs; timeMs += everyMs) {
    counter = timeMs % 7_200_000 === 0 ? 1 : counter + ((timeMs / everyMs) % (seed + 2)) / 4;
    if (timeMs % 5_400_000 < 240_000 && seed === 1) continue;
    const values = Float64Array.of(((timeMs / everyMs) % 97) / 4, counter);
    ticks.push({ timeMs, series: [load, busy], values });
  }
  return { node, ticks };
}

async function runAll(root: string, nowMs: number, compactor = new Compactor(root)) {
  const done = [];
  for (const work of compactor.due({ nowMs, isForced: true })) {
    await compactor.run(work, yieldTurn);
    done.push(`${work.kind} ${work.partition.path}`);
  }
  return done;
}

describe('the compactor', () => {
  it('makes ten-minute buckets as the samples of the day would give them', async () => {
    const root = tempFolder();
    const data = Array.from({ length: 5 }, (_, node) => dayOf(`n${node}`, 60_000, node % 3));
    await flush(root, 1, ticksEntries(data), { numberOf: (node) => Number(node.slice(1)) * 5 });
    expect((await runAll(root, day + dayMs)).length).toBe(24);
    expect(await runAll(root, day + dayMs)).toEqual(['day minute/2026-11-21.db']);
    const found = storedBuckets(root, 'ten-minutes');
    for (const [key, samples] of Object.entries(expectedSamples(data))) {
      const columns = {
        timesMs: Float64Array.from(samples, ([timeMs]) => timeMs),
        values: Float64Array.from(samples, ([, value]) => value),
      };
      const kind = key.includes('"counter"') ? 'counter' : 'gauge';
      const options = { lookbackMs: 180_000, decimals: 2 };
      const expected = rollUp(kind, columns, slotGrid('ten-minutes', day), options);
      expect(found[`${key} ${day}`]).toEqual(rounded(expected));
    }
    expect(Object.keys(found).length).toBe(10);
  });

  it('does not show ten-minute buckets of what has changed since', async () => {
    const root = tempFolder();
    const data = [dayOf('a', 300_000, 0), dayOf('b', 300_000, 1)];
    await flush(root, 1, ticksEntries(data));
    const compactor = new Compactor(root);
    await runAll(root, day + dayMs, compactor);
    await runAll(root, day + dayMs, compactor);
    expect(compactor.due({ nowMs: day + 2 * dayMs, isForced: true })).toEqual([]);
    const before = samplesIn(storedBuckets(root, 'ten-minutes'));
    const late = { node: 'c', ticks: dayOf('c', 300_000, 2).ticks.slice(97, 107) };
    await flush(root, 2, ticksEntries([late]));
    const hours = compactor.due({ nowMs: day + dayMs, isForced: true });
    expect(hours.map(({ kind }) => kind)).toEqual(['hour']);
    for (const work of hours) await compactor.run(work, yieldTurn);
    expect(originsOf(root)).toEqual([day + 1]);
    expect(await runAll(root, day + dayMs, compactor)).toEqual(['day minute/2026-11-21.db']);
    expect(originsOf(root)).toEqual([day]);
    expect(samplesIn(storedBuckets(root, 'ten-minutes'))).toBe(before + 20);
  });

  it('makes a day whole wherever it was broken off', async () => {
    const root = tempFolder();
    const data = Array.from({ length: 3 }, (_, node) => dayOf(`n${node}`, 600_000, node));
    await flush(root, 1, ticksEntries(data), { numberOf: (node) => Number(node.slice(1)) * 20 });
    await runAll(root, day + hourMs);
    const [minute] = listPartitions(root, ['minute']);
    if (minute === undefined) throw new Error('no file');
    let turns = 0;
    for (let isDone = false; !isDone; turns += 1) {
      let left = turns;
      const breakOff = () => ((left -= 1) < 0 ? Promise.reject(new Error('killed')) : Promise.resolve());
      const compactor = new Compactor(root);
      isDone = await compactor.run({ kind: 'day', partition: minute }, breakOff).then(
        () => true,
        () => false,
      );
      if (!isDone && existsSync(join(root, partitionAt('ten-minutes', day).path))) {
        expect(originsOf(root)).toEqual([day + 1]);
      }
    }
    expect(turns).toBeGreaterThan(6);
    expect(originsOf(root)).toEqual([day]);
    expect(samplesIn(storedBuckets(root, 'ten-minutes'))).toBe(samplesIn(storedBuckets(root)));
  });

  it('waits until an hour is over and rests, but not for ever', async () => {
    const root = tempFolder();
    const ticks = [{ timeMs: hour, series: [load], values: Float64Array.of(1) }];
    await flush(root, 1, ticksEntries([{ node: 'a', ticks }]));
    const compactor = new Compactor(root);
    const file = join(root, partitionAt('hot', hour).path);
    const overMs = hour + hourMs + 10 * 60_000;
    const isDueAt = (nowMs: number, writtenMs: number) => {
      utimesSync(file, writtenMs / 1000, writtenMs / 1000);
      return compactor.due({ nowMs }).length === 1;
    };
    expect(isDueAt(overMs - 1, hour)).toBe(false);
    expect(isDueAt(overMs, overMs - 60_000)).toBe(false);
    expect(isDueAt(overMs, overMs - 5 * 60_000)).toBe(true);
    expect(compactor.due({ nowMs: hour, isForced: true }).length).toBe(1);
  });

  it('brings snapshots of processes and their jobs along, late ones too', async () => {
    const root = tempFolder();
    const sender = { node: 'a', spoolId: 's' };
    const at = (place: number, job: string | null) =>
      snapshot(hour + place * 5_000, [
        processSample(7, { job, waitChannel: 'futex_wait' }),
        processSample(9),
      ]);
    await flush(root, 1, [snapshotsEntry(1, [at(0, '17'), at(1, '17')], sender)]);
    await flush(root, 2, [snapshotsEntry(2, [at(1, 'doubled'), at(2, null)], sender)]);
    await runAll(root, hour + 2 * hourMs);
    await flush(root, 3, [snapshotsEntry(3, [at(4, '18'), at(3, '18'), at(0, 'doubled')], sender)]);
    const [hot] = listPartitions(root, ['hot']);
    expect(hot?.path).toBe('hot/2026-11-21T14.db');
    await runAll(root, hour + 2 * hourMs);
    const reader = PartitionReader.open(root, partitionAt('raw', hour));
    const [slot] = reader.slots();
    const node = reader.dictionary.nodeId('a') ?? -1;
    const bytes = slot === undefined ? undefined : reader.snapshots(slot, node);
    const expected = [at(0, '17'), at(1, '17'), at(2, null), at(3, '18'), at(4, '18')];
    expect(decodeProcesses(bytes ?? new Uint8Array()).map(byPid)).toEqual(expected);
    expect(reader.jobs.nodesOf('18')).toEqual([
      { job: '18', node, firstMs: hour + 15_000, lastMs: hour + 20_000 },
    ]);
    expect(slot).toMatchObject({ firstMs: hour, lastMs: hour + 20_000 });
    reader.close();
    expect(storedSamples(root)).toEqual({});
  });
});

function originsOf(root: string): readonly number[] {
  const reader = PartitionReader.open(root, partitionAt('ten-minutes', day));
  const origins = reader.slots().map(({ origin }) => origin);
  reader.close();
  return origins;
}
