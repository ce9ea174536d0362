// In: groups of a slot, and the partition file they go to. Out: they are in it, on disk. A megabyte or two make a transaction, so that
// no commit takes long; a crash in between leaves whole groups, and the rest comes again.
import type { NewGroup } from '../partitions/new-rows.ts';
import type { PartitionWriter } from '../partitions/partition-writer.ts';
import type { YieldTurn } from '../turns.ts';
import { noteChange } from './roll-up-mark.ts';

export interface GroupToWrite extends NewGroup {
  /** Which series each node has, ascending. */
  readonly seriesOfPlace: readonly (readonly number[])[];
}

const bytesPerCommit = 1024 * 1024;

export async function writeGroups(
  writer: PartitionWriter,
  origin: number,
  { groups, yieldTurn }: { groups: readonly GroupToWrite[]; yieldTurn: YieldTurn },
): Promise<void> {
  let waiting: GroupToWrite[] = [];
  let bytes = 0;
  for (const group of groups) {
    waiting.push(group);
    for (const [, chunk] of group.chunks) bytes += chunk.length;
    if (bytes < bytesPerCommit) continue;
    commit(writer, origin, waiting);
    waiting = [];
    bytes = 0;
    await yieldTurn();
  }
  commit(writer, origin, waiting);
  await yieldTurn();
}

function commit(writer: PartitionWriter, origin: number, groups: readonly GroupToWrite[]): void {
  if (groups.length === 0) return;
  writer.transaction(() => {
    const slot = writer.slot(origin);
    for (const group of groups) {
      writer.putGroup(slot, group);
      noteSeries(writer, group);
    }
    if (writer.reader.partition.tier === 'minute') noteChange(writer);
  });
}

function noteSeries(writer: PartitionWriter, { group, seriesOfPlace }: GroupToWrite): void {
  const { dictionary, nodesPerGroup } = writer.reader;
  for (const [place, series] of seriesOfPlace.entries()) {
    const node = group * nodesPerGroup + place;
    if (series.length > 0 && dictionary.nodeName(node) !== undefined) writer.addSeriesOfNode(node, series);
  }
}
