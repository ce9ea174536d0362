// In: the snapshots of processes in a hot file. Out: those of each node in one row of the hour in the raw file, merged with what it
// has already; the jobs seen in them are noted there too. What is damaged counts as absent and is told.
import { ChunkError } from '../columns/chunk-error.ts';
import { unseal } from '../columns/sealed-bytes.ts';
import type { PartitionReader } from '../partitions/partition-reader.ts';
import type { PartitionWriter } from '../partitions/partition-writer.ts';
import type { Slot } from '../partitions/rows.ts';
import { putProcesses } from '../partitions/stored-processes.ts';
import type { YieldTurn } from '../turns.ts';
import type { LostChunk } from './hot-group.ts';

export interface ProcessWork {
  readonly hot: PartitionReader;
  readonly slots: readonly Slot[];
  readonly raw: PartitionWriter;
  readonly onLost: (lost: LostChunk) => void;
  readonly yieldTurn: YieldTurn;
}

const nodesPerCommit = 64;

/** Returns how many snapshots were left out because there was one of that time before. */
export async function compactProcesses(work: ProcessWork): Promise<number> {
  const { slots, raw, hot, yieldTurn } = work;
  const nodes = [...new Set(slots.flatMap((slot) => slot.nodes))].sort((left, right) => left - right);
  let doubles = 0;
  for (let from = 0; from < nodes.length; from += nodesPerCommit) {
    raw.begin();
    try {
      const slot = raw.slot(hot.partition.fromMs);
      for (const node of nodes.slice(from, from + nodesPerCommit)) {
        doubles += compactNode(work, { slot, node });
        await yieldTurn();
      }
      raw.commit();
    } catch (error) {
      raw.rollback();
      throw error;
    }
  }
  return doubles;
}

function compactNode(
  { hot, slots, raw, onLost }: ProcessWork,
  { slot, node }: { slot: number; node: number },
): number {
  const name = hot.dictionary.nodeName(node);
  const rawNode = name === undefined ? undefined : raw.reader.dictionary.nodeId(name);
  if (name === undefined || rawNode === undefined) return 0;
  const rows: Uint8Array[] = [];
  for (const from of slots) {
    try {
      const bytes = hot.snapshots(from, node);
      if (bytes === undefined) continue;
      // Throws when its bytes have changed.
      unseal(bytes);
      rows.push(bytes);
    } catch (error) {
      if (!(error instanceof ChunkError)) throw error;
      onLost({ file: hot.file, nodes: [name], fromMs: from.firstMs, toMs: from.lastMs });
    }
  }
  return putProcesses(raw, { slot, node: rawNode, rows, compression: 'zstd' });
}
