// In: the minute file of a day that is over. Out: ten-minute buckets of that day in the file of the month, on disk. Until all of
// them are there, and again as soon as the minute file changes, they lie in a slot that readers do not find.
// A crash anywhere repeats the work. Minute chunks that are damaged count as absent and are told.
import { slotGrid } from '../partitions/bucket-grids.ts';
import { hasPartition } from '../partitions/partition-folder.ts';
import type { PartitionReader } from '../partitions/partition-reader.ts';
import { PartitionWriter } from '../partitions/partition-writer.ts';
import type { Slot } from '../partitions/rows.ts';
import { type Partition, partitionAt } from '../partitions/tier.ts';
import type { YieldTurn } from '../turns.ts';
import { BucketRows } from './bucket-rows.ts';
import { dayBuckets } from './day-buckets.ts';
import type { LostChunk } from './hot-group.ts';
import { MinuteGroup } from './minute-group.ts';
import { changesOf, isRollUpDue, noteChange, noteRolledUp } from './roll-up-mark.ts';
import { writeGroups } from './write-groups.ts';

export interface RollUpDayOptions {
  readonly root: string;
  readonly yieldTurn: YieldTurn;
}

/** Origin of the slot while readers must not find it. */
function hiddenOrigin(dayMs: number): number {
  return dayMs + 1;
}

/** Resolves with what was lost; undefined: nothing had changed. */
export async function rollUpDay(
  partition: Partition,
  { root, yieldTurn }: RollUpDayOptions,
): Promise<readonly LostChunk[] | undefined> {
  const minute = PartitionWriter.open(root, partition);
  let ten: PartitionWriter | undefined;
  try {
    const beginMs = partition.fromMs;
    const month = partitionAt('ten-minutes', beginMs);
    if (!isRollUpDue(minute.reader) && hasPartition(root, month)) return undefined;
    const changes = changesOf(minute.reader);
    ten = PartitionWriter.open(root, month);
    const lost = await rollUpGroups(minute.reader, beginSlot(minute.reader, ten, beginMs), yieldTurn);
    showSlot(ten, beginMs);
    minute.transaction(() => noteRolledUp(minute, changes));
    return lost;
  } finally {
    ten?.close();
    minute.close();
  }
}

/** The minute file is about to change: ten-minute buckets made of it are not shown until they are made anew. */
export function hideRollUp(root: string, minute: PartitionWriter): void {
  const { fromMs } = minute.reader.partition;
  if (changesOf(minute.reader) === 0 || isRollUpDue(minute.reader)) return;
  minute.transaction(() => noteChange(minute));
  const partition = partitionAt('ten-minutes', fromMs);
  if (!hasPartition(root, partition)) return;
  const ten = PartitionWriter.open(root, partition);
  try {
    const slot = ten.findSlot(fromMs);
    if (slot !== undefined) ten.transaction(() => ten.setOrigin(slot, hiddenOrigin(fromMs)));
  } finally {
    ten.close();
  }
}

interface DayWork {
  readonly ten: PartitionWriter;
  readonly beginMs: number;
  readonly slots: readonly Slot[];
}

function beginSlot(minute: PartitionReader, ten: PartitionWriter, beginMs: number): DayWork {
  const { dictionary } = minute;
  ten.transaction(() => {
    const known = ten.findSlot(beginMs);
    if (known !== undefined) ten.setOrigin(known, hiddenOrigin(beginMs));
    ten.clearSlot(ten.slot(hiddenOrigin(beginMs)));
    for (const name of dictionary.nodeNames()) ten.addNode(name, dictionary.nodeId(name));
    for (const series of dictionary.allSeries()) ten.addSeries(series);
  });
  const slots = minute.slots().toSorted((left, right) => left.origin - right.origin);
  return { ten, beginMs, slots };
}

function showSlot(ten: PartitionWriter, beginMs: number): void {
  const slot = ten.findSlot(hiddenOrigin(beginMs));
  if (slot !== undefined) ten.transaction(() => ten.setOrigin(slot, beginMs));
}

async function rollUpGroups(
  minute: PartitionReader,
  { ten, beginMs, slots }: DayWork,
  yieldTurn: YieldTurn,
): Promise<readonly LostChunk[]> {
  const lost: LostChunk[] = [];
  const { stepMs, count } = slotGrid('ten-minutes', beginMs);
  const bounds = { firstMs: beginMs, lastMs: beginMs + stepMs * (count - 1) };
  const groups = [...new Set(slots.flatMap((slot) => slot.groups))].sort((left, right) => left - right);
  for (const group of groups) {
    const names = namesOf(minute, group);
    const nodes = names.map((name) => (name === undefined ? undefined : ten.reader.dictionary.nodeId(name)));
    const tenSlot = ten.reader.slots().find(({ origin }) => origin === hiddenOrigin(beginMs));
    const rows = new BucketRows(
      ten.reader,
      tenSlot,
      nodes.filter((node) => node !== undefined),
    );
    const hours = new MinuteGroup(minute, { slots, group, names, onLost: (chunk) => lost.push(chunk) });
    for (const number of hours.series) {
      const series = minute.dictionary.series(number);
      const target = series === undefined ? undefined : ten.reader.dictionary.numberOf(series);
      if (series === undefined || target === undefined) continue;
      for (const [place, parts] of hours.bucketsOf(number).entries()) {
        const node = nodes[place];
        if (node !== undefined && parts.length > 0) rows.put(node, dayBuckets(parts, beginMs, series));
      }
      rows.end(target, series.decimals);
      await yieldTurn();
    }
    await writeGroups(ten, hiddenOrigin(beginMs), { groups: rows.groups(bounds), yieldTurn });
  }
  return lost;
}

function namesOf(
  { dictionary, nodesPerGroup }: PartitionReader,
  group: number,
): readonly (string | undefined)[] {
  return Array.from({ length: nodesPerGroup }, (_, place) =>
    dictionary.nodeName(group * nodesPerGroup + place),
  );
}
