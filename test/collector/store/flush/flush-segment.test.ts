import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listPartitions } from '../../../../collector/store/partitions/partition-folder.ts';
import type { MetricTick, SeriesDefinition } from '../../../../shared/model/metric.ts';
import { batches } from './random-ticks.ts';
import { expectedSamples, flush, hour, storedSamples, tempFolder, ticksEntries } from './stored-data.ts';

const load: SeriesDefinition = { metric: 'load', kind: 'gauge', decimals: 2, labels: {} };
const idle: SeriesDefinition = { metric: 'idle', kind: 'counter', decimals: 2, labels: { cpu: '0' } };

function tick(timeMs: number, values: readonly number[], series = [load, idle]): MetricTick {
  return { timeMs, series, values: Float64Array.from(values) };
}

describe('a segment that is flushed', () => {
  it('is read back exactly, from the files of its hours', async () => {
    await fc.assert(
      fc.asyncProperty(batches, fc.boolean(), async (data, isNumbered) => {
        const root = tempFolder();
        // Numbers that clash and lie apart must not matter.
        const numberOf = (node: string) => (isNumbered ? Number(node.slice(1)) * 37 : undefined);
        const { doubles, ticks } = await flush(root, 1, ticksEntries(data), { numberOf });
        expect(storedSamples(root)).toEqual(expectedSamples(data));
        expect(ticks + doubles).toBe(data.reduce((sum, batch) => sum + batch.ticks.length, 0));
      }),
      { numRuns: 30 },
    );
  });

  it('leaves nothing twice when it comes again', async () => {
    const root = tempFolder();
    const first = [{ node: 'a', ticks: [tick(hour, [1, 2]), tick(hour + 5_000, [3, 4])] }];
    await flush(root, 1, ticksEntries([...first, { node: 'b', ticks: [tick(hour, [5, 6])] }]));
    await flush(root, 2, ticksEntries([{ node: 'a', ticks: [tick(hour + 10_000, [7, 8])] }]));
    const before = storedSamples(root);
    await flush(root, 2, ticksEntries([{ node: 'a', ticks: [tick(hour + 10_000, [7, 8])] }]));
    expect(storedSamples(root)).toEqual(before);
    await flush(root, 1, ticksEntries(first));
    expect(Object.keys(storedSamples(root)).filter((key) => key.includes('"b"'))).toEqual([]);
  });

  it('tells what the catalog notes', async () => {
    const root = tempFolder();
    const [one, two, three] = ticksEntries([
      { node: 'a', ticks: [tick(hour, [1, 2])] },
      { node: 'a', ticks: [tick(hour, [9, 9]), tick(hour + 5_000, [3, 4])] },
      { node: 'b', ticks: [tick(hour, [5, 6])] },
    ]);
    if (one === undefined || two === undefined || three === undefined) throw new Error('no entries');
    const gap = {
      dataClass: 'metric' as const,
      fromTimeMs: hour - 9_000,
      toTimeMs: hour - 5_000,
      count: 2,
      reason: 'buffer-full',
      sequences: { from: 7, to: 8 },
    };
    const marks = [
      { dataClass: 'event' as const, range: { from: 1, to: 1 } },
      { dataClass: 'metric' as const, range: { from: 7, to: 8 } },
    ];
    const declared = { sender: one.sender, marks, payload: { kind: 'gap' as const, gap } };
    const { records, doubles, ticks } = await flush(root, 9, [one, declared, two, three]);
    expect([doubles, ticks]).toEqual([1, 3]);
    expect(records.segment).toBe(9);
    expect(records.gaps).toEqual([{ node: 'a', gap }]);
    expect([...records.nodes]).toEqual(['a', 'b']);
    const ofMetrics = records.positions.find(({ node, dataClass }) => node === 'a' && dataClass === 'metric');
    expect(ofMetrics).toEqual({
      node: 'a',
      spoolId: 'spool of a',
      dataClass: 'metric',
      ranges: [
        { from: 1, to: 1 },
        { from: 7, to: 8 },
        { from: 2, to: 2 },
      ],
      lastTimeMs: hour + 5_000,
    });
  });

  it('leaves out and declares lost what is too old to be kept, and has a file each for what is not', async () => {
    const root = tempFolder();
    const ticks = [tick(hour - 9 * 86_400_000, [1, 2]), tick(hour - 7_200_000, [3, 4]), tick(hour, [5, 6])];
    const oldestMs = hour - 7 * 86_400_000;
    const { outdated, records } = await flush(root, 1, ticksEntries([{ node: 'a', ticks }]), { oldestMs });
    expect(outdated).toBe(1);
    const [tooOldMs] = ticks.map(({ timeMs }) => timeMs);
    const gap = { dataClass: 'metric', fromTimeMs: tooOldMs, toTimeMs: tooOldMs, count: 1 };
    expect(records.gaps).toEqual([{ node: 'a', gap: { ...gap, reason: 'outdated', sequences: null } }]);
    expect(listPartitions(root).map(({ path }) => path)).toEqual([
      'hot/2026-11-21T12.db',
      'hot/2026-11-21T14.db',
    ]);
  });

  it('goes into more files than are open at once', async () => {
    const root = tempFolder();
    const data = Array.from({ length: 130 }, (_, node) => ({
      node: `n${node}`,
      ticks: Array.from({ length: 9 }, (__, place) => tick(hour - place * 3_600_000, [node, place])),
    }));
    await flush(root, 1, ticksEntries(data), { numberOf: (node) => Number(node.slice(1)) });
    expect(storedSamples(root)).toEqual(expectedSamples(data));
  });
});
