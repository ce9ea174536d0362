// In: snapshots of a node, and the slot they go to. Out: they are in it, merged with what it has of the node, and the jobs that
// are seen in them are noted. Of two snapshots of one time the first one stays.
import type { ProcessSnapshot } from '../../../shared/model/process.ts';
import type { Compression } from '../columns/sealed-bytes.ts';
import type { PartitionWriter } from './partition-writer.ts';
import { decodeProcesses, encodeProcesses, mergeSnapshots } from './process-row.ts';

export interface PutProcesses {
  readonly slot: number;
  readonly node: number;
  /** In the order in which they came. */
  readonly snapshots: readonly ProcessSnapshot[];
  readonly compression: Compression;
}

/** Returns how many were left out because there was one of that time before. */
export function putProcesses(
  writer: PartitionWriter,
  { slot, node, snapshots, compression }: PutProcesses,
): number {
  const known = writer.reader.snapshots(writer.slotNow(slot), node);
  const before = known === undefined ? [] : decodeProcesses(known);
  const merged = mergeSnapshots(before, snapshots);
  const [first] = merged.snapshots;
  const last = merged.snapshots.at(-1);
  if (first === undefined || last === undefined) return 0;
  if (merged.snapshots.length > before.length) {
    const bytes = encodeProcesses(merged.snapshots, compression);
    writer.putSnapshots(slot, { node, bytes, firstMs: first.timeMs, lastMs: last.timeMs });
    noteJobs(writer, node, snapshots);
  }
  return merged.doubles;
}

function noteJobs(writer: PartitionWriter, node: number, snapshots: readonly ProcessSnapshot[]): void {
  const seen = new Map<string, { firstMs: number; lastMs: number }>();
  for (const { timeMs, processes } of snapshots) {
    for (const { job } of processes) {
      if (job === null) continue;
      const known = seen.get(job);
      if (known === undefined) seen.set(job, { firstMs: timeMs, lastMs: timeMs });
      else {
        known.firstMs = Math.min(known.firstMs, timeMs);
        known.lastMs = Math.max(known.lastMs, timeMs);
      }
    }
  }
  for (const [job, { firstMs, lastMs }] of seen) writer.reader.jobs.add({ job, node, firstMs, lastMs });
}
