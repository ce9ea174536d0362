// In: snapshots of a node, and the slot they go to. Out: they are in it, merged with what it has of the node, and the jobs that
// are seen in them are noted. Of two snapshots of one time the first one stays.
import type { ProcessSnapshot } from '../../../shared/model/process.ts';
import type { Compression } from '../columns/sealed-bytes.ts';
import type { PartitionWriter } from './partition-writer.ts';
import { ProcessRow } from './process-row.ts';

export interface PutProcesses {
  readonly slot: number;
  readonly node: number;
  /** In the order in which they came. */
  readonly snapshots?: readonly ProcessSnapshot[];
  /** Rows of other files, as their readers give them. */
  readonly rows?: readonly Uint8Array[];
  readonly compression: Compression;
}

/** Returns how many were left out because there was one of that time before. */
export function putProcesses(writer: PartitionWriter, put: PutProcesses): number {
  const { slot, node, snapshots = [], rows = [], compression } = put;
  const row = new ProcessRow();
  const known = writer.snapshotsNow(slot, node);
  const before = known === undefined ? 0 : row.addRow(known);
  let came = snapshots.length;
  for (const bytes of rows) came += row.addRow(bytes);
  row.addSnapshots(snapshots);
  const bounds = row.bounds();
  if (bounds !== undefined && row.snapshots > before) {
    writer.putSnapshots(slot, { node, bytes: row.encode(compression), ...bounds });
    for (const [job, seen] of row.jobs()) writer.reader.jobs.add({ job, node, ...seen });
  }
  row.close();
  return before + came - row.snapshots;
}
