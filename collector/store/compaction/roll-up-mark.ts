// Whether a minute file has changed since ten-minute buckets were made of it. In: changes. Out: what is due. It is noted in the
// minute file, in the transaction that changes it.
import type { PartitionReader } from '../partitions/partition-reader.ts';
import type { PartitionWriter } from '../partitions/partition-writer.ts';

const changesMark = 1;
const rolledUpMark = 2;

export function noteChange(minute: PartitionWriter): void {
  minute.putMark(changesMark, String(changesOf(minute.reader) + 1));
}

/** How often the file has changed. */
export function changesOf(minute: PartitionReader): number {
  return Number(minute.mark(changesMark) ?? '0');
}

/** All changes up to this number are in the ten-minute buckets. */
export function noteRolledUp(minute: PartitionWriter, changes: number): void {
  minute.putMark(rolledUpMark, String(changes));
}

export function isRollUpDue(minute: PartitionReader): boolean {
  return changesOf(minute) > Number(minute.mark(rolledUpMark) ?? '0');
}
