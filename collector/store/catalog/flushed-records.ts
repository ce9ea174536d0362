// In: what a flushed segment of the log tells, besides samples and snapshots, which are on disk already. Out: all of it in
// the catalog, and the segment's number as the last one that is flushed.
// A segment that was flushed before changes nothing.
//
// Positions and inventories are written in slices, so that other writes come between; then gaps and the number in one
// transaction. A crash before it leaves positions that are true already, and the segment comes again: what is written
// twice then is the same twice.
import type { DataClass, Gap, Sender, SequenceRange } from '../../../shared/model/delivery.ts';
import type { Inventory } from '../../../shared/model/node.ts';
import { SequenceRanges } from '../../../shared/sequence-ranges.ts';
import type { Catalog } from './catalog.ts';

/** Numbers of one class of one sender that the segment brought: stored in it or declared lost in it. */
export interface FlushedPosition extends Sender {
  readonly dataClass: DataClass;
  /** In any order. */
  readonly ranges: readonly SequenceRange[];
  /** Time of the newest item among them, ms. */
  readonly lastTimeMs: number;
}

export interface FlushedRecords {
  /** Number of the segment. */
  readonly segment: number;
  readonly positions: readonly FlushedPosition[];
  /** In the order in which they were declared. */
  readonly gaps: readonly { readonly node: string; readonly gap: Gap }[];
  /** A later one of the same node replaces an earlier one. */
  readonly inventories: readonly { readonly node: string; readonly inventory: Inventory }[];
  /** Every node that the segment names; unknown ones become known. */
  readonly nodes: Iterable<string>;
}

/** Runs the work in a transaction; resolves once it is synced to disk. */
export type Write = <T>(work: () => T) => Promise<T>;

/** A few milliseconds each. */
const positionsPerSlice = 200;
const inventoriesPerSlice = 50;

/** Resolves with how many gaps are not told by themselves any more. */
export async function applyFlushed(
  catalog: Catalog,
  write: Write,
  records: FlushedRecords,
  nowMs: number,
): Promise<number> {
  let joinedGaps = 0;
  if (records.segment <= catalog.flushed.last()) return joinedGaps;
  const { positions, inventories } = records;
  for (const slice of slicesOf(positions, positionsPerSlice)) {
    await write(() => {
      for (const position of slice) putPosition(catalog, position, nowMs);
    });
  }
  for (const slice of slicesOf(inventories, inventoriesPerSlice)) {
    await write(() => {
      for (const { node, inventory } of slice) {
        catalog.nodes.putInventory(catalog.nodes.idOf(node, nowMs), inventory);
      }
    });
  }
  await write(() => {
    for (const node of records.nodes) catalog.nodes.idOf(node, nowMs);
    for (const [node, gaps] of Map.groupBy(records.gaps, (one) => one.node)) {
      joinedGaps += catalog.gaps.add(
        catalog.nodes.idOf(node, nowMs),
        gaps.map(({ gap }) => gap),
      );
    }
    catalog.flushed.put(records.segment);
  });
  return joinedGaps;
}

function* slicesOf<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size);
}

function putPosition(catalog: Catalog, position: FlushedPosition, nowMs: number): void {
  const { node, spoolId, dataClass, ranges, lastTimeMs } = position;
  const key = { nodeId: catalog.nodes.idOf(node, nowMs), spoolId, dataClass };
  const union = unionOf(catalog.positions.ranges(key), ranges);
  catalog.positions.put(key, { ranges: union, lastTimeMs, nowMs });
}

/** More ranges than travel in one message are kept all the same: nothing that is stored may be forgotten here. */
function unionOf(stored: SequenceRanges, added: readonly SequenceRange[]): SequenceRanges {
  const ascending = [...stored.beyond, ...added].toSorted((a, b) => a.from - b.from);
  let sequence = stored.sequence;
  const beyond: SequenceRange[] = [];
  for (const range of ascending) {
    const last = beyond.at(-1);
    if (range.from <= sequence + 1) sequence = Math.max(sequence, range.to);
    else if (last !== undefined && range.from <= last.to + 1) {
      beyond[beyond.length - 1] = { from: last.from, to: Math.max(last.to, range.to) };
    } else beyond.push(range);
  }
  return new SequenceRanges(sequence, beyond);
}
