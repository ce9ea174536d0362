import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Buckets } from '../../../../collector/store/buckets.ts';
import { rollUp } from '../../../../collector/store/columns/roll-up.ts';
import { compactHour } from '../../../../collector/store/compaction/compact-hour.ts';
import { CounterTails } from '../../../../collector/store/compaction/counter-tails.ts';
import type { LostChunk } from '../../../../collector/store/compaction/hot-group.ts';
import { slotGrid } from '../../../../collector/store/partitions/bucket-grids.ts';
import { listPartitions } from '../../../../collector/store/partitions/partition-folder.ts';
import { hourMs } from '../../../../collector/store/partitions/tier.ts';
import type { MetricTick, SeriesDefinition } from '../../../../shared/model/metric.ts';
import { batches } from '../flush/random-ticks.ts';
import {
  compaction,
  expectedSamples,
  flush,
  hour,
  keyOf,
  type NodeTicks,
  storedSamples,
  tempFolder,
  ticksEntries,
  yieldTurn,
} from '../flush/stored-data.ts';
import { rounded, samplesIn, storedBuckets } from './stored-buckets.ts';

const load: SeriesDefinition = { metric: 'load', kind: 'gauge', decimals: 2, labels: {} };
const busy: SeriesDefinition = { metric: 'busy', kind: 'counter', decimals: 2, labels: { cpu: '0' } };

/** The hour after it is in the files of another day. */
const lastHourOfDay = (23 - new Date(hour).getUTCHours()) * hourMs;

async function compactAll(root: string, tails = new CounterTails()) {
  const results = [];
  for (const partition of listPartitions(root, ['hot'])) {
    results.push(await compactHour(partition, { root, tails, yieldTurn }));
  }
  return results;
}

/** Ticks of a node every 5 s from `from` on; the counter grows by `step`. */
function ticksOf(
  node: string,
  { from, count, step }: { from: number; count: number; step: number },
): NodeTicks {
  const ticks = Array.from({ length: count }, (_, place): MetricTick => {
    const timeMs = from + place * 5_000;
    return {
      timeMs,
      series: [load, busy],
      values: Float64Array.of(place / 4, ((timeMs - hour) / 5_000) * step),
    };
  });
  return { node, ticks };
}

describe('an hour that is compacted', () => {
  it('has the same samples in the file of its day, and no hot file', async () => {
    await fc.assert(
      fc.asyncProperty(batches, batches, fc.boolean(), async (first, later, isNumbered) => {
        const root = tempFolder();
        const numberOf = (node: string) => (isNumbered ? Number(node.slice(1)) * 37 : undefined);
        const half = Math.floor(first.length / 2);
        await flush(root, 1, ticksEntries(first.slice(0, half)), { numberOf });
        await flush(root, 2, ticksEntries(first.slice(half)), { numberOf });
        await compactAll(root);
        expect(listPartitions(root, ['hot'])).toEqual([]);
        expect(storedSamples(root)).toEqual(expectedSamples(first));
        // Late data of the same hours, partly of times that are there.
        await flush(root, 3, ticksEntries(later), { numberOf });
        const expected = expectedSamples([...first, ...later]);
        expect(storedSamples(root)).toEqual(expected);
        await compactAll(root);
        expect(storedSamples(root, ['raw'])).toEqual(expected);
      }),
      { numRuns: 4 },
    );
  });

  it('is rolled up as its samples are, with the growth since the hour before', async () => {
    const root = tempFolder();
    const nodes = Array.from({ length: 70 }, (_, node) => `n${node}`);
    const count = 2 * 720;
    const data = nodes.map((node, place) => ticksOf(node, { from: hour, count, step: place }));
    await flush(root, 1, ticksEntries(data));
    const forgetful = [new CounterTails(), new CounterTails()];
    for (const [at, partition] of listPartitions(root, ['hot']).entries()) {
      await compactHour(partition, { root, tails: forgetful[at] ?? new CounterTails(), yieldTurn });
    }
    const read = storedBuckets(root);
    const remembering = tempFolder();
    await flush(remembering, 1, ticksEntries(data));
    await compactAll(remembering);
    expect(storedBuckets(remembering)).toEqual(read);
    for (const [key, samples] of Object.entries(expectedSamples(data))) {
      const kind = key.includes('"counter"') ? 'counter' : 'gauge';
      for (const beginMs of [hour, hour + hourMs]) {
        const own = samples.filter(([timeMs]) => timeMs >= beginMs && timeMs < beginMs + hourMs);
        const last = samples.filter(([timeMs]) => timeMs < beginMs).at(-1);
        const columns = {
          timesMs: Float64Array.from(own, ([timeMs]) => timeMs),
          values: Float64Array.from(own, ([, value]) => value),
        };
        const before = last === undefined ? {} : { before: { timeMs: last[0], value: last[1] } };
        const options = { lookbackMs: 15_000, decimals: 2, ...before };
        const expected = rollUp(kind, columns, slotGrid('minute', beginMs), options);
        expect(read[`${key} ${beginMs}`]).toEqual(rounded(expected));
      }
    }
  });

  it('keeps the roll-up of nodes that share chunks with late ones', async () => {
    const root = tempFolder();
    const data = Array.from({ length: 9 }, (_, node) =>
      ticksOf(`n${node}`, { from: hour, count: 300, step: node }),
    );
    await flush(root, 1, ticksEntries(data));
    await compactAll(root);
    const before = storedBuckets(root);
    const late = ticksOf('n2', { from: hour + 1_800_000, count: 12, step: 2 });
    await flush(root, 2, ticksEntries([late]));
    const [result] = await compactAll(root);
    expect(result).toMatchObject({ doubles: 0, lost: [], isDropped: true });
    const after = storedBuckets(root);
    const changed = Object.keys(after).filter((key) => !isEqual(after[key], before[key]));
    expect(changed).toEqual([`${keyOf('n2', load)} ${hour}`, `${keyOf('n2', busy)} ${hour}`]);
    const counts = after[`${keyOf('n2', load)} ${hour}`]?.counts ?? new Float64Array();
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(312);
  });

  it.each([
    ['was compacted before', true],
    ['is compacted after it', false],
  ])('counts what grew until the hour after it, which %s', async (_, isEarly) => {
    for (const beginMs of [hour, hour + lastHourOfDay]) {
      const part = (node: string, at: number, count: number) =>
        ticksOf(node, { from: beginMs + at, count, step: 3 });
      const nodes = ['n0', 'n1'];
      const first = nodes.map((node) => part(node, 0, 200));
      const next = nodes.map((node) => part(node, hourMs, 200));
      const late = [part('n1', 1_000_000, 520)];
      const data = [...first, ...next, ...late];
      const root = tempFolder();
      const tails = new CounterTails();
      await flush(root, 1, ticksEntries(isEarly ? [...first, ...next] : first));
      await compactAll(root, tails);
      await flush(root, 2, ticksEntries(late));
      await compactAll(root, tails);
      if (!isEarly) {
        await flush(root, 3, ticksEntries(next));
        await compactAll(root, tails);
      }
      const expected = tempFolder();
      await flush(expected, 1, ticksEntries(data));
      await compactAll(expected);
      expect(storedBuckets(root)).toEqual(storedBuckets(expected));
    }
  });

  it('is there until what is damaged in it is declared', async () => {
    const root = tempFolder();
    await flush(root, 1, ticksEntries([ticksOf('n0', { from: hour, count: 12, step: 1 })]));
    const [partition] = listPartitions(root, ['hot']);
    if (partition === undefined) throw new Error('no hot file');
    const db = new Sqlite(join(root, partition.path));
    db.exec('UPDATE chunk SET data = zeroblob(length(data)) WHERE key = (SELECT min(key) FROM chunk)');
    db.close();
    const told: (readonly LostChunk[])[] = [];
    const declareLost = async (lost: readonly LostChunk[]) => {
      expect(listPartitions(root, ['hot'])).toHaveLength(1);
      told.push(lost);
    };
    await compactHour(partition, { root, tails: new CounterTails(), yieldTurn, declareLost });
    expect(listPartitions(root, ['hot'])).toEqual([]);
    expect(told).toMatchObject([[{ nodes: ['n0'], fromMs: hour, toMs: hour + 55_000 }]]);
    expect(Object.keys(storedSamples(root, ['raw']))).toHaveLength(1);
  });

  it('is whole wherever the work was broken off', async () => {
    const nodes = Array.from({ length: 9 }, (_, node) => `n${node}`);
    const first = nodes.map((node) => ticksOf(node, { from: hour, count: 200, step: 3 }));
    const late = nodes
      .slice(3, 6)
      .map((node) => ticksOf(node, { from: hour + 600_000, count: 200, step: 3 }));
    const expected = expectedSamples([...first, ...late]);
    let brokenOff = 0;
    for (let turn = 1; ; turn += 1) {
      const root = tempFolder();
      await flush(root, 1, ticksEntries(first));
      await compactAll(root);
      await flush(root, 2, ticksEntries(late));
      const isDone = await endsAfter(root, turn);
      expect(storedSamples(root)).toEqual(expected);
      await compactAll(root);
      expect(storedSamples(root, ['raw'])).toEqual(expected);
      expect(samplesIn(storedBuckets(root))).toBe(
        Object.values(expected).reduce((sum, samples) => sum + samples.length, 0),
      );
      if (isDone) break;
      brokenOff += 1;
    }
    expect(brokenOff).toBeGreaterThan(2);
  });

  it('comes again when it got something new meanwhile', async () => {
    const root = tempFolder();
    const first = ticksOf('a', { from: hour, count: 10, step: 1 });
    const second = ticksOf('a', { from: hour + 50_000, count: 10, step: 1 });
    await flush(root, 1, ticksEntries([first]));
    const [partition] = listPartitions(root, ['hot']);
    if (partition === undefined) throw new Error('no file');
    let isFlushed = false;
    const flushMeanwhile = async () => {
      if (isFlushed) return;
      isFlushed = true;
      await flush(root, 2, ticksEntries([second]));
    };
    const result = await compactHour(partition, { ...compaction(root), yieldTurn: flushMeanwhile });
    expect(result.isDropped).toBe(false);
    expect(storedSamples(root)).toEqual(expectedSamples([first, second]));
    await compactAll(root);
    expect(storedSamples(root, ['raw'])).toEqual(expectedSamples([first, second]));
  });

  it('counts ticks of a time that is there already', async () => {
    const root = tempFolder();
    await flush(root, 1, ticksEntries([ticksOf('a', { from: hour, count: 10, step: 1 })]));
    await flush(root, 2, ticksEntries([ticksOf('a', { from: hour + 25_000, count: 10, step: 7 })]));
    const [result] = await compactAll(root);
    expect(result).toMatchObject({ doubles: 5, samples: 30 });
  });
});

/** Compacts, but breaks off at this turn; true when it had ended before. */
async function endsAfter(root: string, turns: number): Promise<boolean> {
  let left = turns;
  const options = {
    ...compaction(root),
    yieldTurn: () => {
      left -= 1;
      return left < 0 ? Promise.reject(new Error('killed')) : Promise.resolve();
    },
  };
  try {
    for (const partition of listPartitions(root, ['hot'])) await compactHour(partition, options);
    return true;
  } catch (error) {
    if (error instanceof Error && error.message === 'killed') return false;
    throw error;
  }
}

function isEqual(left: Buckets | undefined, right: Buckets | undefined): boolean {
  try {
    expect(left).toEqual(right);
    return true;
  } catch {
    // Not equal: that is the answer.
    return false;
  }
}
