// In: a slot of a roll-up. Out: what it has of the wanted series and nodes is added to a frame.
import { decodeBuckets, decodeBucketsOf } from '../columns/bucket-codec.ts';
import { slotGrid } from '../partitions/bucket-grids.ts';
import type { PartitionReader } from '../partitions/partition-reader.ts';
import type { Partition } from '../partitions/tier.ts';
import type { YieldTurn } from '../turns.ts';
import type { SampleWish } from './file-samples.ts';
import { addBuckets, type BucketPlaces, placesOf } from './frame-buckets.ts';
import type { BucketRead } from './hour-plan.ts';
import type { FrameBuilder } from './rolled-frame.ts';
import { type PlacedNode, type StoreFiles, seriesIn, seriesKey, wantedGroups } from './store-files.ts';

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
  /** By slot: those that are wanted. */
  readonly tails: ReadonlyMap<number, Tails>;
  readonly yieldTurn: YieldTurn;
}

/** `reads` are of one file, in order of time. */
export async function addSlots(
  files: StoreFiles,
  partition: Partition,
  reads: readonly BucketRead[],
  target: BucketTarget,
): Promise<void> {
  const { wish, builder, yieldTurn } = target;
  const groups = new Map<ReadonlySet<number> | null, ReturnType<typeof wantedGroups>>();
  const items = reads.flatMap((read) => {
    const { nodes, tier, slotMs } = read;
    const own =
      groups.get(nodes) ?? files.read(partition, (reader) => wantedGroups(reader, wish, nodes)) ?? [];
    groups.set(nodes, own);
    const places = placesOf(slotGrid(tier, slotMs), builder.grid);
    return own.map(([group, placed]): GroupRead => ({ slotMs, places, group, nodes: placed, target }));
  });
  await files.readEach(partition, items, (reader, item) => addGroup(files, reader, item), yieldTurn);
}

interface GroupRead {
  readonly slotMs: number;
  readonly places: BucketPlaces;
  readonly group: number;
  readonly nodes: readonly PlacedNode[];
  readonly target: BucketTarget;
}

function addGroup(
  files: StoreFiles,
  reader: PartitionReader,
  { slotMs, places, group, nodes, target }: GroupRead,
): void {
  const { builder, wish, tails } = target;
  const slot = reader.slots().find(({ origin }) => origin === slotMs);
  const found = slot === undefined ? undefined : files.group(reader, slot, group);
  if (found === undefined) return;
  const ownTails = tails.get(slotMs);
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
      if (ownTails !== undefined && buckets.kind === 'counter')
        noteTail(ownTails, node, key, tailOf(buckets));
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
