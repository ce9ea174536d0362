// In: an hour that was compacted, mostly with late data. Out: when the hour after it was compacted before, its minute buckets are
// made anew: what a counter grew from the one hour to the other belongs to the later one. A crash anywhere repeats it, because
// the hot file is dropped only afterwards.
import { isDamage } from '../partitions/damage.ts';
import { hasPartition } from '../partitions/partition-folder.ts';
import type { PartitionReader } from '../partitions/partition-reader.ts';
import { PartitionWriter } from '../partitions/partition-writer.ts';
import { hourMs, partitionAt } from '../partitions/tier.ts';
import type { YieldTurn } from '../turns.ts';
import { CompactedGroup } from './compacted-group.ts';
import { HotGroup } from './hot-group.ts';
import { PreviousHour } from './previous-hour.ts';
import { planGroups } from './raw-plan.ts';
import { hideRollUp } from './roll-up-day.ts';

export interface NextHourWork {
  readonly root: string;
  readonly hot: PartitionReader;
  /** Those that were compacted. */
  readonly groups: readonly number[];
  readonly raw: PartitionWriter;
  readonly minute: PartitionWriter;
  readonly yieldTurn: YieldTurn;
}

export async function rollUpNextHour(work: NextHourWork): Promise<void> {
  const { root, hot, raw, minute } = work;
  const beginMs = hot.partition.fromMs + hourMs;
  const files = (['raw', 'minute'] as const).map((tier) => partitionAt(tier, beginMs));
  if (files[0]?.path === raw.reader.partition.path) return rollUp(work, beginMs);
  const opened: PartitionWriter[] = [];
  try {
    for (const file of files) {
      if (!hasPartition(root, file)) return;
      opened.push(PartitionWriter.open(root, file));
    }
    const [nextRaw = raw, nextMinute = minute] = opened;
    await rollUp({ ...work, raw: nextRaw, minute: nextMinute }, beginMs);
  } catch (error) {
    // A file of another day that is damaged is found when it is read: this hour is compacted all the same.
    if (!isDamage(error)) throw error;
  } finally {
    for (const file of opened) file.close();
  }
}

async function rollUp(
  { root, hot, groups, raw, minute, yieldTurn }: NextHourWork,
  beginMs: number,
): Promise<void> {
  const slot = raw.reader.slots().find(({ origin }) => origin === beginMs);
  if (slot === undefined) return;
  hideRollUp(root, minute);
  const previous = new PreviousHour(root, beginMs, raw.reader);
  const tailBefore = previous.tailBefore(undefined);
  try {
    for (const group of groups) {
      const names = new HotGroup(hot, { slots: [], group, onLost: () => undefined });
      const plan = planGroups(names, raw.reader, slot, { areAllTouched: true });
      const work = { beginMs, hot: names, plan, raw, minute, numbers: new Map(), tailBefore, yieldTurn };
      await new CompactedGroup({ ...work, onlyRollUp: true }).run();
    }
  } finally {
    previous.close();
  }
}
