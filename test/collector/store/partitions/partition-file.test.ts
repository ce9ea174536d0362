// What is written to a partition file is read back; what has changed or is missing is told.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeChunk, encodeChunk } from '../../../../collector/store/columns/chunk-codec.ts';
import { isDamage } from '../../../../collector/store/partitions/damage.ts';
import type { NewGroup } from '../../../../collector/store/partitions/new-rows.ts';
import { PartitionReader } from '../../../../collector/store/partitions/partition-reader.ts';
import { PartitionWriter } from '../../../../collector/store/partitions/partition-writer.ts';
import { maxNodes } from '../../../../collector/store/partitions/place.ts';
import { partitionAt } from '../../../../collector/store/partitions/tier.ts';
import type { SeriesDefinition } from '../../../../shared/model/metric.ts';

const fromMs = Date.UTC(2026, 10, 21, 14);
const partition = partitionAt('hot', fromMs);
const load: SeriesDefinition = { metric: 'node_load1', kind: 'gauge', decimals: 2, labels: {} };
const jobName = 'train 7';
const cpu: SeriesDefinition = {
  metric: 'node_cpu_seconds_total',
  kind: 'counter',
  decimals: 2,
  labels: { mode: 'user', cpu: '0' },
};

describe('a partition file', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'partition-'));
  });
  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  function newGroup(group: number, series: readonly number[], value: number): NewGroup {
    const timesMs = Float64Array.of(fromMs, fromMs + 5_000);
    const column = { values: Float64Array.of(value, value + 1), decimals: 2 };
    const chunks = series.map((id) => [id, encodeChunk([null, column], 'none')] as const);
    return { group, times: [null, timesMs], firstMs: fromMs, lastMs: fromMs + 5_000, chunks };
  }

  function write(work: (writer: PartitionWriter) => void): void {
    const writer = PartitionWriter.open(root, partition);
    writer.transaction(() => {
      work(writer);
    });
    writer.close();
  }

  it('gives back names, slots, times and chunks', () => {
    write((writer) => {
      expect([writer.addNode('a', 7), writer.addNode('b', 7), writer.addNode('a')]).toEqual([7, 8, 7]);
      const ids = [writer.addSeries(load) ?? 0, writer.addSeries(cpu) ?? 0];
      writer.addSeriesOfNode(8, ids);
      writer.putGroup(writer.slot(31), newGroup(2, ids, 4));
    });
    const reader = PartitionReader.open(root, partition);
    const { dictionary } = reader;
    expect(dictionary.nodeNames()).toEqual(['a', 'b']);
    expect(dictionary.nodeId('b')).toBe(8);
    expect(dictionary.seriesOfNode(8).map((id) => dictionary.series(id)?.metric)).toEqual([
      load.metric,
      cpu.metric,
    ]);
    expect(dictionary.seriesOfMetric(cpu.metric)).toEqual([{ ...cpu, id: 2 }]);
    const [slot] = reader.slotsBetween(fromMs + 5_000, fromMs + 9_000);
    if (slot === undefined) throw new Error('no slot');
    expect(slot).toMatchObject({ origin: 31, firstMs: fromMs, lastMs: fromMs + 5_000, groups: [2] });
    const group = reader.group(slot, 2);
    if (group === undefined) throw new Error('no group');
    expect(group.times).toEqual([null, Float64Array.of(fromMs, fromMs + 5_000)]);
    const bytes = reader.chunk(group, 2);
    expect(decodeChunk(bytes ?? new Uint8Array())).toEqual([null, Float64Array.of(4, 5)]);
    expect(reader.chunk(group, 3)).toBeUndefined();
    expect(reader.slotsBetween(fromMs + 5_001, fromMs + 9_000)).toEqual([]);
    reader.close();
  });

  it('replaces a slot that is written again, and shows it to a reader that is open', () => {
    write((writer) => {
      const id = writer.addSeries(load) ?? 0;
      writer.putGroup(writer.slot(1), newGroup(0, [id], 1));
      writer.putGroup(writer.slot(1), newGroup(1, [id], 2));
    });
    const reader = PartitionReader.open(root, partition);
    expect(reader.slots()[0]?.groups).toEqual([0, 1]);
    write((writer) => {
      const id = writer.addSeries(cpu) ?? 0;
      const slot = writer.slot(1);
      writer.clearSlot(slot);
      writer.putGroup(slot, newGroup(1, [id], 3));
      writer.reader.jobs.add({ job: jobName, node: 1, firstMs: 5, lastMs: 9 });
      writer.reader.jobs.add({ job: jobName, node: 1, firstMs: 3, lastMs: 4 });
    });
    const [slot] = reader.slots();
    expect(slot?.groups).toEqual([1]);
    const group = slot === undefined ? undefined : reader.group(slot, 1);
    expect(group?.series).toEqual([2]);
    expect(reader.dictionary.series(2)?.metric).toBe(cpu.metric);
    expect(reader.jobs.nodesOf(jobName)).toEqual([{ job: jobName, node: 1, firstMs: 3, lastMs: 9 }]);
    reader.close();
  });

  it('has nothing of a transaction that was given up', () => {
    write((writer) => writer.addNode('kept'));
    const writer = PartitionWriter.open(root, partition);
    const fail = () =>
      writer.transaction(() => {
        writer.addNode('lost');
        writer.putGroup(writer.slot(1), newGroup(0, [writer.addSeries(load) ?? 0], 1));
        throw new Error('no more room');
      });
    expect(fail).toThrow('no more room');
    expect(writer.reader.dictionary.nodeNames()).toEqual(['kept']);
    expect(writer.transaction(() => [writer.addNode('next'), writer.slot(2)])).toEqual([1, 0]);
    writer.close();
  });

  it('has a number for a node as long as one is left, whatever others wished for', () => {
    write((writer) => {
      expect(writer.addNode('last', maxNodes - 1)).toBe(maxNodes - 1);
      expect([writer.addNode('a'), writer.addNode('b', maxNodes), writer.addNode('c', 7)]).toEqual([0, 1, 7]);
    });
  });

  it('is found out when it is renamed, or another program made it', () => {
    write((writer) => writer.addNode('a'));
    const other = partitionAt('hot', fromMs + 3_600_000);
    rmSync(join(root, other.path), { force: true });
    const renamed = { ...other, path: partition.path };
    const caught = errorOf(() => PartitionReader.open(root, renamed));
    expect(isDamage(caught)).toBe(true);
    expect(String(caught)).toContain('renamed');
  });
});

function errorOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
