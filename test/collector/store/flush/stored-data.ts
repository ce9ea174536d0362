// For tests of what goes through files: segments of the log made of ticks, and everything that the files of a store hold.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { CounterTails } from '../../../../collector/store/compaction/counter-tails.ts';
import { type FlushedSegment, flushSegment } from '../../../../collector/store/flush/flush-segment.ts';
import type { LogEntry } from '../../../../collector/store/log/log-entry.ts';
import { SegmentEncoder } from '../../../../collector/store/log/segment-encoder.ts';
import { segmentHead } from '../../../../collector/store/log/segment-head.ts';
import { SeriesLists } from '../../../../collector/store/log/series-lists.ts';
import { readGroupColumns } from '../../../../collector/store/partitions/node-columns.ts';
import { listPartitions } from '../../../../collector/store/partitions/partition-folder.ts';
import { PartitionReader } from '../../../../collector/store/partitions/partition-reader.ts';
import type { Tier } from '../../../../collector/store/partitions/tier.ts';
import { createTurns } from '../../../../collector/store/turns.ts';
import type { MetricTick, SeriesDefinition } from '../../../../shared/model/metric.ts';
import { SegmentWriter } from '../../../../shared/segment-file/segment-writer.ts';

/** Begin of an hour, ms. */
export const hour = Date.UTC(2026, 10, 21, 14);

export const yieldTurn = createTurns(5);

/** In memory where the system has such a place: these tests sync often, and none of them is about the disk. */
const place = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

export function tempFolder(): string {
  const folder = mkdtempSync(join(place, 'jidi-files-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function compaction(root: string) {
  return { root, tails: new CounterTails(), yieldTurn };
}

let segments = 0;

export async function segmentBytes(entries: readonly LogEntry[]): Promise<Buffer> {
  segments += 1;
  const path = join(tempFolder(), `${segments}.log`);
  const file = new SegmentWriter(path, segmentHead(segments));
  const encoder = new SegmentEncoder(file, new SeriesLists());
  for (const entry of entries) encoder.append(entry);
  encoder.written();
  encoder.end();
  await file.sync();
  file.close();
  return readFileSync(path);
}

export interface NodeTicks {
  readonly node: string;
  readonly ticks: readonly MetricTick[];
}

export function ticksEntries(batches: readonly NodeTicks[]): readonly LogEntry[] {
  return batches.map(({ node, ticks }, place) => ({
    sender: { node, spoolId: `spool of ${node}` },
    marks: [{ dataClass: 'metric', range: { from: place + 1, to: place + 1 } }],
    payload: { kind: 'metrics', ticks },
  }));
}

export async function flush(
  root: string,
  segment: number,
  entries: readonly LogEntry[],
  options: { oldestMs?: number; numberOf?: (node: string) => number | undefined } = {},
): Promise<FlushedSegment> {
  const { oldestMs = 0, numberOf = () => undefined } = options;
  return flushSegment(await segmentBytes(entries), { root, segment, numberOf, oldestMs, yieldTurn });
}

/** What is known of one series of one node: [time, value], in order of time. */
export type Samples = Record<string, readonly (readonly [timeMs: number, value: number])[]>;

export function keyOf(node: string, { metric, kind, labels }: SeriesDefinition): string {
  const pairs = Object.keys(labels)
    .toSorted()
    .map((name) => [name, labels[name]]);
  return JSON.stringify([node, metric, kind, pairs]);
}

/** Everything that the files of some tiers hold; of two ticks of one time the first one counts. */
export function storedSamples(root: string, only: readonly Tier[] = ['raw', 'hot']): Samples {
  const samples: Record<string, [number, number][]> = {};
  const nodes = new Map<string, Map<number, Set<string>>>();
  for (const tier of only) {
    for (const partition of listPartitions(root, [tier])) {
      const reader = PartitionReader.open(root, partition);
      const { dictionary } = reader;
      for (const slot of reader.slots().toSorted((left, right) => left.origin - right.origin)) {
        for (const number of slot.groups) {
          const group = reader.group(slot, number);
          const columns = group === undefined ? [] : readGroupColumns(reader, group);
          for (const [place, node] of columns.entries()) {
            const name = dictionary.nodeName(number * reader.nodesPerGroup + place);
            if (node === null || name === undefined) continue;
            const times = nodes.get(name) ?? new Map<number, Set<string>>();
            nodes.set(name, times);
            const seen = new Set(times.keys());
            for (const [at, timeMs] of node.timesMs.entries()) {
              if (seen.has(timeMs)) continue;
              times.set(timeMs, new Set());
              for (const [series, { values }] of node.columns) {
                const value = values[at] ?? Number.NaN;
                const definition = dictionary.series(series);
                if (definition === undefined || Number.isNaN(value)) continue;
                (samples[keyOf(name, definition)] ??= []).push([timeMs, value]);
              }
            }
          }
        }
      }
      reader.close();
    }
  }
  for (const list of Object.values(samples)) list.sort((left, right) => left[0] - right[0]);
  return samples;
}

/** The same of ticks as they came. */
export function expectedSamples(batches: readonly NodeTicks[]): Samples {
  const samples: Record<string, [number, number][]> = {};
  const seen = new Set<string>();
  for (const { node, ticks } of batches) {
    for (const { timeMs, series, values } of ticks) {
      if (seen.has(`${node} ${timeMs}`)) continue;
      seen.add(`${node} ${timeMs}`);
      for (const [place, definition] of series.entries()) {
        const value = values[place] ?? Number.NaN;
        if (!Number.isNaN(value)) (samples[keyOf(node, definition)] ??= []).push([timeMs, value]);
      }
    }
  }
  for (const list of Object.values(samples)) list.sort((left, right) => left[0] - right[0]);
  return samples;
}
