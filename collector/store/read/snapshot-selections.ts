// In: a node and a time or a range. Out: its process snapshots as the files have them. Of two snapshots of one time the one
// that was stored first is in the compacted file, and that one is taken.
import type { ProcessSnapshot } from '../../../shared/model/process.ts';
import type { PartitionReader } from '../partitions/partition-reader.ts';
import { decodeProcesses, decodeProcessesAt } from '../partitions/process-row.ts';
import type { Slot } from '../partitions/rows.ts';
import type { Partition } from '../partitions/tier.ts';
import type { YieldTurn } from '../turns.ts';
import type { StoreFiles } from './store-files.ts';

/** Where the snapshots of a node may be, the compacted ones first. */
function partitionsBetween(files: StoreFiles, fromMs: number, toMs: number): readonly Partition[] {
  return [...files.partitions('raw', fromMs, toMs), ...files.partitions('hot', fromMs, toMs)];
}

/** The newest one at or before the time, not older than `maxAgeMs`. */
export function snapshotAt(
  files: StoreFiles,
  node: string,
  { timeMs, maxAgeMs }: { readonly timeMs: number; readonly maxAgeMs: number },
): ProcessSnapshot | null {
  const fromMs = timeMs - maxAgeMs;
  let best: ProcessSnapshot | null = null;
  for (const partition of partitionsBetween(files, fromMs, timeMs)) {
    files.read(partition, (reader) => {
      for (const { bytes, slot } of rowsOf(reader, node, { fromMs, toMs: timeMs })) {
        if (best !== null && slot.lastMs <= best.timeMs) continue;
        const found = decodeProcessesAt(bytes, timeMs);
        if (found !== null && found.timeMs >= fromMs && found.timeMs > (best?.timeMs ?? -1)) best = found;
      }
    });
  }
  return best;
}

/** Those of the range, oldest first, no more than the limit. */
export async function snapshotsBetween(
  files: StoreFiles,
  node: string,
  range: { readonly fromMs: number; readonly toMs: number; readonly limit: number },
  yieldTurn: YieldTurn,
): Promise<readonly ProcessSnapshot[]> {
  const { fromMs, toMs, limit } = range;
  const found = new Map<number, ProcessSnapshot>();
  let lastWantedMs = toMs;
  for (const { partition, slot } of slotsBetween(files, fromMs, toMs)) {
    if (slot.firstMs > lastWantedMs) break;
    for (const snapshot of files.read(partition, (reader) => snapshotsIn(reader, slot, node)) ?? []) {
      const { timeMs } = snapshot;
      if (timeMs >= fromMs && timeMs <= lastWantedMs && !found.has(timeMs)) found.set(timeMs, snapshot);
    }
    if (found.size >= limit) lastWantedMs = oldest(found, limit).at(-1)?.timeMs ?? toMs;
    await yieldTurn();
  }
  return oldest(found, limit);
}

function oldest(found: ReadonlyMap<number, ProcessSnapshot>, limit: number): readonly ProcessSnapshot[] {
  return [...found.values()].toSorted((a, b) => a.timeMs - b.timeMs).slice(0, limit);
}

interface PlacedSlot {
  readonly partition: Partition;
  readonly slot: Slot;
}

/** In the order of their first times; of those that begin together the compacted one first. */
function slotsBetween(files: StoreFiles, fromMs: number, toMs: number): readonly PlacedSlot[] {
  return partitionsBetween(files, fromMs, toMs)
    .flatMap((partition) => {
      const slots = files.read(partition, (reader) => reader.slotsBetween(fromMs, toMs)) ?? [];
      return slots.map((slot) => ({ partition, slot }));
    })
    .toSorted((a, b) => a.slot.firstMs - b.slot.firstMs);
}

interface Row {
  readonly slot: Slot;
  readonly bytes: Uint8Array;
}

function* rowsOf(
  reader: PartitionReader,
  node: string,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Generator<Row> {
  const id = reader.dictionary.nodeId(node);
  if (id === undefined) return;
  for (const slot of reader.slotsBetween(fromMs, toMs)) {
    const bytes = reader.snapshots(slot, id);
    if (bytes !== undefined) yield { slot, bytes };
  }
}

function snapshotsIn(reader: PartitionReader, slot: Slot, node: string): readonly ProcessSnapshot[] {
  const id = reader.dictionary.nodeId(node);
  const bytes = id === undefined ? undefined : reader.snapshots(slot, id);
  return bytes === undefined ? [] : decodeProcesses(bytes);
}
