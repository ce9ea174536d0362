// In: the hot file of an hour. Out: its samples and snapshots in the raw file of the day, their roll-up in the minute file of the
// day, both on disk; then the hot file is dropped – unless it got something new meanwhile: then it comes again.
// A crash anywhere repeats the work: ticks that are in the raw file already are left out.

import { dropPartition } from '../partitions/partition-folder.ts';
import { PartitionReader } from '../partitions/partition-reader.ts';
import { PartitionWriter } from '../partitions/partition-writer.ts';
import type { Slot } from '../partitions/rows.ts';
import { type Partition, partitionAt } from '../partitions/tier.ts';
import type { YieldTurn } from '../turns.ts';
import { compactProcesses } from './compact-processes.ts';
import { CompactedGroup, type SeriesNumbers } from './compacted-group.ts';
import type { CounterTails, GroupTails } from './counter-tails.ts';
import { HotGroup, type LostChunk } from './hot-group.ts';
import { rollUpNextHour } from './next-hour.ts';
import { PreviousHour } from './previous-hour.ts';
import { planGroups } from './raw-plan.ts';
import { hideRollUp } from './roll-up-day.ts';

const namesPerTurn = 200;

export interface CompactionOptions {
  /** Folder of the store. */
  readonly root: string;
  /** Lives as long as the writer does. */
  readonly tails: CounterTails;
  readonly yieldTurn: YieldTurn;
  /** Declares what is lost; the hot file stays until that is done. */
  readonly declareLost?: (lost: readonly LostChunk[]) => Promise<void>;
}

export interface CompactedHour {
  /** Samples that were written to the raw file. */
  readonly samples: number;
  /** Ticks and snapshots that were left out, because there was one of that time before. */
  readonly doubles: number;
  /** Samples whose bytes have changed. */
  readonly lost: readonly LostChunk[];
  /** False: it got something new meanwhile and is to be compacted again. */
  readonly isDropped: boolean;
}

interface Files {
  readonly hot: PartitionReader;
  readonly raw: PartitionWriter;
  readonly minute: PartitionWriter;
}

/** It refuses, as opening a partition file does, a hot file that is damaged as a whole: it is to be set aside. */
export async function compactHour(partition: Partition, options: CompactionOptions): Promise<CompactedHour> {
  const { root, yieldTurn } = options;
  const opened: { close(): void }[] = [];
  const kept = <T extends { close(): void }>(file: T): T => {
    opened.push(file);
    return file;
  };
  try {
    const hot = kept(PartitionReader.open(root, partition));
    const slots = hot.slots().toSorted((left, right) => left.origin - right.origin);
    await yieldTurn();
    const raw = kept(PartitionWriter.open(root, partitionAt('raw', partition.fromMs)));
    await yieldTurn();
    const minute = kept(PartitionWriter.open(root, partitionAt('minute', partition.fromMs)));
    await yieldTurn();
    const result = await compactSlots(slots, { hot, raw, minute }, options);
    await options.declareLost?.(result.lost);
    const isDropped = isSame(slots, hot.slots());
    while (opened.length > 0) opened.pop()?.close();
    if (isDropped) dropPartition(root, partition);
    return { ...result, isDropped };
  } finally {
    for (const file of opened) file.close();
  }
}

async function compactSlots(
  slots: readonly Slot[],
  files: Files,
  { root, tails, yieldTurn }: CompactionOptions,
): Promise<Omit<CompactedHour, 'isDropped'>> {
  const { hot, raw, minute } = files;
  const beginMs = hot.partition.fromMs;
  const lost: LostChunk[] = [];
  hideRollUp(root, minute);
  const numbers = await takeOverNames(files, yieldTurn);
  const previous = new PreviousHour(root, beginMs, raw.reader);
  const groupTails = new Map<number, GroupTails>();
  let samples = 0;
  let doubles = 0;
  try {
    for (const group of groupsOf(slots)) {
      const hotGroup = new HotGroup(hot, { slots, group, onLost: (chunk) => lost.push(chunk) });
      const rawSlot = raw.reader.slots().find(({ origin }) => origin === beginMs);
      const plan = planGroups(hotGroup, raw.reader, rawSlot);
      const tailBefore = previous.tailBefore(tails.before(beginMs, group, hotGroup.names));
      const work = { beginMs, hot: hotGroup, plan, raw, minute, numbers, tailBefore, yieldTurn };
      const compacted = new CompactedGroup(work);
      await compacted.run();
      samples += compacted.samples;
      doubles += plan.doubles;
      groupTails.set(group, compacted.tails);
    }
    tails.keep(beginMs, groupTails);
    const onLost = (chunk: LostChunk) => lost.push(chunk);
    await rollUpNextHour({ root, hot, groups: groupsOf(slots), raw, minute, yieldTurn });
    doubles += await compactProcesses({ hot, slots, raw, onLost, yieldTurn });
  } finally {
    previous.close();
  }
  return { samples, doubles, lost };
}

/** Nodes keep their numbers as far as they can, so that groups of the files nest. */
async function takeOverNames(
  { hot, raw, minute }: Files,
  yieldTurn: YieldTurn,
): Promise<ReadonlyMap<number, SeriesNumbers>> {
  const { dictionary } = hot;
  const nodes = dictionary.nodeNames();
  const allSeries = [...dictionary.allSeries()];
  const numbers = new Map<number, SeriesNumbers>();
  for (let from = 0; from < Math.max(nodes.length, allSeries.length); from += namesPerTurn) {
    const series = allSeries.slice(from, from + namesPerTurn);
    for (const writer of [raw, minute]) {
      writer.transaction(() => {
        for (const name of nodes.slice(from, from + namesPerTurn))
          writer.addNode(name, dictionary.nodeId(name));
        for (const one of series) writer.addSeries(one);
      });
      await yieldTurn();
    }
    for (const one of series) {
      const inRaw = raw.reader.dictionary.numberOf(one);
      const inMinute = minute.reader.dictionary.numberOf(one);
      if (inRaw !== undefined && inMinute !== undefined)
        numbers.set(one.id, { raw: inRaw, minute: inMinute });
    }
    await yieldTurn();
  }
  return numbers;
}

function groupsOf(slots: readonly Slot[]): readonly number[] {
  return [...new Set(slots.flatMap(({ groups }) => groups))].sort((left, right) => left - right);
}

function isSame(compacted: readonly Slot[], now: readonly Slot[]): boolean {
  return compacted.length === now.length && compacted.every(({ id }) => now.some((slot) => slot.id === id));
}
