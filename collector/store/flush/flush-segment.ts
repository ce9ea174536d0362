// In: the bytes of a closed segment of the log. Out: its samples and snapshots in the hot files of their hours, on disk; and
// what the catalog must note of it.
// Flushing a segment again replaces what it left before. A time that one node has twice in a segment is kept once, the first.
// What is older than anything that is kept is left out, and declared lost: so the number of files is bounded.
import type { DamagedStretch } from '../../../shared/segment-file/segment-reader.ts';
import type { FlushedRecords } from '../catalog/flushed-records.ts';
import { readLogByNode } from '../log/read-log.ts';
import { maxNodes } from '../partitions/place.ts';
import { type Partition, tierLayouts } from '../partitions/tier.ts';
import type { YieldTurn } from '../turns.ts';
import type { DiskRoom } from '../upkeep/disk-room.ts';
import { FlushedNotes } from './flushed-notes.ts';
import { HotFiles } from './hot-files.ts';
import { NodeBatch } from './node-batch.ts';

export interface FlushOptions {
  /** Folder of the store. */
  readonly root: string;
  readonly segment: number;
  /** A number that a node keeps in all files, if possible: nodes of neighbouring numbers share chunks. */
  readonly numberOf: (node: string) => number | undefined;
  /** Samples before it are not kept, because retention would drop them at once. */
  readonly oldestMs: number;
  /** Asked before a file is written; without it there is no bound but the disk. */
  readonly room?: Pick<DiskRoom, 'take'>;
  readonly yieldTurn: YieldTurn;
}

export interface FlushedSegment {
  readonly records: FlushedRecords;
  /** Ticks and snapshots that are in the files now. */
  readonly ticks: number;
  readonly snapshots: number;
  /** Series of nodes that were not kept, because the node has too many. */
  readonly refusedSeries: number;
  /** Ticks and snapshots of a time that the node had before in this segment. */
  readonly doubles: number;
  /** Ticks and snapshots that are too old to be kept. */
  readonly outdated: number;
  /** Stretches of the segment that could not be read. */
  readonly damaged: readonly DamagedStretch[];
  /** The files that were written. */
  readonly partitions: readonly Partition[];
}

export async function flushSegment(bytes: Buffer, options: FlushOptions): Promise<FlushedSegment> {
  const { root, segment, room, yieldTurn } = options;
  const orderOf = createOrder(options.numberOf);
  const notes = new FlushedNotes(options.oldestMs);
  const files = new HotFiles({ root, segment, room, yieldTurn });
  const batch = new NodeBatch(files, options);
  const damaged: DamagedStretch[] = [];
  try {
    for (const item of readLogByNode(bytes, orderOf)) {
      if (item === 'turn') {
        await yieldTurn();
      } else if (item === 'next') {
        // Nodes of one order share a group: once all of them are there, they are written.
        await batch.write();
      } else if ('damaged' in item) {
        damaged.push(item);
      } else {
        notes.add(item);
        batch.add(item.sender.node, item.payload);
      }
    }
    await files.commit(yieldTurn);
  } finally {
    files.close();
  }
  const { ticks, snapshots, outdated } = batch;
  const doubles = batch.doubles + files.doubles;
  const { refusedSeries } = files;
  const partitions = files.partitions();
  return {
    records: notes.records(segment),
    ticks,
    snapshots,
    outdated,
    doubles,
    refusedSeries,
    damaged,
    partitions,
  };
}

/** Number of the group that a node is likely to be in; nodes without a number come last, as they come. */
function createOrder(numberOf: FlushOptions['numberOf']): (node: string) => number {
  const orders = new Map<string, number>();
  let next = maxNodes;
  return (node) => {
    let order = orders.get(node);
    if (order === undefined) {
      order = Math.floor((numberOf(node) ?? next++) / tierLayouts.hot.nodesPerGroup);
      orders.set(node, order);
    }
    return order;
  };
}
