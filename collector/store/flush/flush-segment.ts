// In: the bytes of a closed segment of the log. Out: its samples and snapshots in the hot files of their hours, on disk; and
// what the catalog must note of it.
// Flushing a segment again replaces what it left before. A time that one node has twice in a segment is kept once, the first.
// What is older than anything that is kept is left out, and counted: so the number of files is bounded.
import type { MetricTick } from '../../../shared/model/metric.ts';
import type { DamagedStretch } from '../../../shared/segment-file/segment-reader.ts';
import type { FlushedRecords } from '../catalog/flushed-records.ts';
import { readLog } from '../log/read-log.ts';
import type { NodeColumns } from '../partitions/node-columns.ts';
import { maxNodes } from '../partitions/place.ts';
import { hourMs, type Partition, tierLayouts } from '../partitions/tier.ts';
import type { YieldTurn } from '../turns.ts';
import { FlushedNotes } from './flushed-notes.ts';
import { HotFiles } from './hot-files.ts';
import { columnsOf } from './tick-columns.ts';

export interface FlushOptions {
  /** Folder of the store. */
  readonly root: string;
  readonly segment: number;
  /** A number that a node keeps in all files, if possible: nodes of neighbouring numbers share chunks. */
  readonly numberOf: (node: string) => number | undefined;
  /** Samples before it are not kept, because retention would drop them at once. */
  readonly oldestMs: number;
  readonly yieldTurn: YieldTurn;
}

export interface FlushedSegment {
  readonly records: FlushedRecords;
  /** Ticks that are in the files now. */
  readonly ticks: number;
  /** Series of nodes that were not kept, because the node has too many. */
  readonly refusedSeries: number;
  /** Ticks of a time that the node had before in this segment. */
  readonly doubles: number;
  /** Ticks that are too old to be kept. */
  readonly outdated: number;
  /** Stretches of the segment that could not be read. */
  readonly damaged: readonly DamagedStretch[];
  /** The files that were written. */
  readonly partitions: readonly Partition[];
}

interface Counts {
  ticks: number;
  doubles: number;
  outdated: number;
}

export async function flushSegment(bytes: Buffer, options: FlushOptions): Promise<FlushedSegment> {
  const { root, segment, yieldTurn } = options;
  const orderOf = createOrder(options.numberOf);
  const notes = new FlushedNotes();
  const files = new HotFiles(root, segment);
  const counts: Counts = { ticks: 0, doubles: 0, outdated: 0 };
  const damaged: DamagedStretch[] = [];
  let nodes = new Map<string, MetricTick[]>();
  let order: number | undefined;
  try {
    for (const item of readLog(bytes, orderOf).items) {
      if ('damaged' in item) {
        damaged.push(item);
        continue;
      }
      const { node } = item.sender;
      // Nodes of one order share a group: once all of them are there, they are written.
      if (order !== undefined && order !== orderOf(node)) {
        putNodes(nodes, files, { ...options, counts });
        nodes = new Map();
        await yieldTurn();
      }
      order = orderOf(node);
      notes.add(item);
      if (item.payload?.kind === 'metrics') ticksOf(nodes, node).push(...item.payload.ticks);
    }
    putNodes(nodes, files, { ...options, counts });
    await yieldTurn();
    files.commit();
  } finally {
    files.close();
  }
  const { refusedSeries } = files;
  const doubles = counts.doubles + files.doubles;
  return {
    records: notes.records(segment),
    ...counts,
    doubles,
    refusedSeries,
    damaged,
    partitions: files.partitions(),
  };
}

function putNodes(
  nodes: ReadonlyMap<string, readonly MetricTick[]>,
  files: HotFiles,
  { numberOf, oldestMs, counts }: FlushOptions & { readonly counts: Counts },
): void {
  for (const [hour, members] of byHour(nodes)) {
    if ((hour + 1) * hourMs <= oldestMs) {
      for (const ticks of members.values()) counts.outdated += ticks.length;
      continue;
    }
    const file = files.file(hour);
    const columns = new Map<string, NodeColumns>();
    for (const [node, ticks] of members) {
      const ofNode = columnsOf(ticks, file.numbersOf);
      counts.ticks += ofNode.timesMs.length;
      counts.doubles += ofNode.doubles;
      columns.set(node, ofNode);
    }
    file.put(columns, numberOf);
  }
}

type HourTicks = Map<string, MetricTick[]>;

function byHour(nodes: ReadonlyMap<string, readonly MetricTick[]>): ReadonlyMap<number, HourTicks> {
  const hours = new Map<number, HourTicks>();
  for (const [node, ticks] of nodes) {
    for (const tick of ticks) {
      const hour = Math.floor(tick.timeMs / hourMs);
      const members = hours.get(hour) ?? new Map<string, MetricTick[]>();
      hours.set(hour, members);
      ticksOf(members, node).push(tick);
    }
  }
  return hours;
}

function ticksOf(nodes: Map<string, MetricTick[]>, node: string): MetricTick[] {
  const known = nodes.get(node);
  if (known !== undefined) return known;
  const ticks: MetricTick[] = [];
  nodes.set(node, ticks);
  return ticks;
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
