// In: one partition file. Out: what is damaged in it, in words. It reads every byte that anybody could be served.
import { unseal } from '../columns/sealed-bytes.ts';
import { isDamage } from '../partitions/damage.ts';
import type { PartitionFile } from '../partitions/partition-folder.ts';
import { PartitionReader, type SlotGroup } from '../partitions/partition-reader.ts';
import type { Damage } from '../store.ts';
import type { YieldTurn } from '../turns.ts';

/** Enough to see that there are many. */
const maxProblems = 20;

export async function verifyPartition(
  root: string,
  file: PartitionFile,
  yieldTurn: YieldTurn,
): Promise<readonly Damage[]> {
  const damages: Damage[] = [];
  const attempt = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!isDamage(error)) throw error;
      damages.push({ file: file.path, problem: error instanceof Error ? error.message : String(error) });
      return undefined;
    }
  };
  const reader = attempt(() => PartitionReader.open(root, file));
  if (reader === undefined) return damages;
  try {
    const structure = attempt(() => reader.structureProblem());
    if (structure !== undefined) damages.push({ file: file.path, problem: structure });
    for (const check of checksOf(reader, attempt)) {
      attempt(check);
      if (damages.length >= maxProblems) break;
      await yieldTurn();
    }
  } finally {
    reader.close();
  }
  return damages;
}

type Attempt = <T>(read: () => T) => T | undefined;

/** One for each piece of a few kilobytes. */
function* checksOf(reader: PartitionReader, attempt: Attempt): Generator<() => void> {
  const { dictionary } = reader;
  const nodes = dictionary.nodeNames().flatMap((name) => dictionary.nodeId(name) ?? []);
  for (const node of nodes) {
    yield () => void dictionary.seriesOfNode(node);
  }
  for (const slot of attempt(() => reader.slots()) ?? []) {
    for (const number of slot.groups) {
      const group = attempt(() => reader.group(slot, number));
      if (group !== undefined) yield* chunkChecks(reader, group);
    }
    for (const node of slot.nodes) {
      yield () => {
        const bytes = reader.snapshots(slot, node);
        if (bytes !== undefined) unseal(bytes);
      };
    }
  }
}

function* chunkChecks(reader: PartitionReader, group: SlotGroup): Generator<() => void> {
  for (const series of group.series) {
    yield () => {
      const bytes = reader.chunk(group, series);
      if (bytes !== undefined) unseal(bytes);
    };
  }
}
