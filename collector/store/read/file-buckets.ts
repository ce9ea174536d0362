// In: a slot of a roll-up. Out: what it has of the wanted series and nodes is added to a frame.
import type { BucketGrid } from '../buckets.ts';
import { decodeBuckets, decodeBucketsOf } from '../columns/bucket-codec.ts';
import { slotGrid } from '../partitions/bucket-grids.ts';
import type { PartitionReader } from '../partitions/partition-reader.ts';
import type { Slot } from '../partitions/rows.ts';
import type { YieldTurn } from '../turns.ts';
import type { SampleWish } from './file-samples.ts';
import { addBuckets, placesOf } from './frame-buckets.ts';
import type { BucketRead } from './hour-plan.ts';
import type { FrameBuilder } from './rolled-frame.ts';
import { groupsOf, type PlacedNode, type StoreFiles, seriesIn, seriesKey } from './store-files.ts';

/** So few nodes of a chunk are decoded one by one. */
const fewNodes = 2;

/** The last bucket that a slot has of a counter: what the samples behind it have grown from. */
export interface Tail {
  /** Samples of the minute. */
  readonly count: number;
  readonly value: number;
}

/** By node, then by series. */
export type Tails = Map<number, Map<string, Tail>>;

export interface BucketTarget {
  readonly wish: SampleWish;
  readonly builder: FrameBuilder;
  /** null: not wanted. */
  readonly tails: Tails | null;
  readonly yieldTurn: YieldTurn;
}

export async function addSlot(files: StoreFiles, read: BucketRead, target: BucketTarget): Promise<void> {
  const { partition, nodes: wanted } = read;
  const groups = files.read(partition, (reader) => [...groupsOf(reader, target.wish.nodes)]) ?? [];
  for (const [group, all] of groups) {
    const nodes = wanted === null ? all : all.filter(({ node }) => wanted.has(node));
    if (nodes.length === 0) continue;
    files.read(partition, (reader) => {
      const slot = reader.slots().find(({ origin }) => origin === read.slotMs);
      if (slot !== undefined) addGroup(files, reader, { read, slot, group, nodes, target });
    });
    await target.yieldTurn();
  }
}

interface GroupRead {
  readonly read: BucketRead;
  readonly slot: Slot;
  readonly group: number;
  readonly nodes: readonly PlacedNode[];
  readonly target: BucketTarget;
}

function addGroup(
  files: StoreFiles,
  reader: PartitionReader,
  { read, slot, group, nodes, target }: GroupRead,
): void {
  const { builder, wish, tails } = target;
  const found = files.group(reader, slot, group);
  if (found === undefined) return;
  const places = placesOf(endsOf(slotGrid(read.tier, read.slotMs)), builder.grid);
  for (const series of seriesIn(reader, wish.metric, wish.match)) {
    const bytes = reader.chunk(found, series.id);
    if (bytes === undefined) continue;
    const key = seriesKey(series);
    const number = builder.seriesNumber(key, series);
    const all = nodes.length > fewNodes ? decodeBuckets(bytes) : undefined;
    for (const { node, place } of nodes) {
      const buckets = (all === undefined ? decodeBucketsOf(bytes, place) : all[place]) ?? null;
      if (buckets === null) continue;
      addBuckets(builder.row(node, number), builder.grid.count, buckets, places);
      if (tails !== null && buckets.kind === 'counter') noteTail(tails, node, key, tailOf(buckets));
    }
  }
}

function tailOf({ counts, lasts }: { counts: Float64Array; lasts: Float64Array }): Tail {
  return { count: counts.at(-1) ?? 0, value: lasts.at(-1) ?? Number.NaN };
}

function noteTail(tails: Tails, node: number, key: string, tail: Tail): void {
  const known = tails.get(node);
  if (known === undefined) tails.set(node, new Map([[key, tail]]));
  else known.set(key, tail);
}

function endsOf({ firstMs, stepMs, count }: BucketGrid): Float64Array {
  return Float64Array.from({ length: count }, (_, place) => firstMs + place * stepMs);
}
