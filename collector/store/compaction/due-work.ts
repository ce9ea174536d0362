// In: the store's folder and the time. Out: which hours and days are to be compacted now, oldest first.
//
// The hot file of an hour is due when the hour is over and nothing has been written to the file for some minutes. While a
// backlog comes in, an old hour gets something with each flush: it waits until that ends, but not for ever. The same holds for
// the minute file of a day, of which ten-minute buckets are made when it has changed.
import { type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { listPartitions } from '../partitions/partition-folder.ts';
import type { Partition } from '../partitions/tier.ts';

export interface DueWork {
  readonly kind: 'hour' | 'day';
  readonly partition: Partition;
}

export interface DueOptions {
  readonly nowMs: number;
  /** Do not wait for what may still come. Days that are not over stay as they are. */
  readonly isForced?: boolean;
}

/** Agents send what they have within minutes. */
const graceMs = 10 * 60_000;
const quietMs = 5 * 60_000;
const patienceMs = 2 * 3_600_000;

export function dueWork(root: string, { nowMs, isForced = false }: DueOptions): readonly DueWork[] {
  const isDue = (partition: Partition) =>
    isForced || (nowMs >= partition.toMs + graceMs && hasRested(root, partition, nowMs));
  const hours = listPartitions(root, ['hot']).filter(isDue);
  const days = listPartitions(root, ['minute']).filter(
    (partition) => nowMs >= partition.toMs && isDue(partition),
  );
  return [
    ...hours.map((partition): DueWork => ({ kind: 'hour', partition })),
    ...days.map((partition): DueWork => ({ kind: 'day', partition })),
  ];
}

function hasRested(root: string, partition: Partition, nowMs: number): boolean {
  const madeMs = Math.min(...statsOf(root, partition).map(({ birthtimeMs }) => birthtimeMs));
  return nowMs - writtenMs(root, partition) >= quietMs || nowMs - madeMs >= patienceMs;
}

/** When the file was last written. */
export function writtenMs(root: string, partition: Partition): number {
  return Math.max(...statsOf(root, partition).map(({ mtimeMs }) => mtimeMs));
}

function statsOf(root: string, { path }: Partition): readonly Stats[] {
  return ['', '-wal'].flatMap((rest) => statSync(join(root, path) + rest, { throwIfNoEntry: false }) ?? []);
}
