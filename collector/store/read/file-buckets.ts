// In: slots of a roll-up. Out: what they have of the wanted series and nodes is added to a frame; and where something of that is
// damaged: of such nodes nothing of the slot is added.
import { BucketReader } from '../columns/bucket-reader.ts';
import { slotGrid } from '../partitions/bucket-grids.ts';
import type { PartitionReader } from '../partitions/partition-reader.ts';
import { dayMs, hourMs, type Partition } from '../partitions/tier.ts';
import type { SeriesSelection } from '../store.ts';
import type { YieldTurn } from '../turns.ts';
import { addBuckets, type BucketPlaces, placesOf } from './frame-buckets.ts';
import type { BucketRead, SampleRead } from './hour-plan.ts';
import type { FrameBuilder } from './rolled-frame.ts';
import { type StoreFiles, seriesIn, seriesKey, wantedGroups } from './store-files.ts';

/** The last bucket that a slot has of a counter: what the samples behind it have grown from. */
export interface Tail {
  /** Samples of the minute. */
  readonly count: number;
  readonly value: number;
}

/** By node, then by series. */
export type Tails = Map<number, Map<string, Tail>>;

export interface BucketTarget {
  readonly wish: SeriesSelection;
  readonly builder: FrameBuilder;
  /** Buckets that reach beyond the times of the wish are left out. */
  readonly wholeBuckets: boolean;
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
): Promise<readonly SampleRead[]> {
  const { wish, builder, wholeBuckets, yieldTurn } = target;
  const groups = new Map<ReadonlySet<number> | null, readonly WantedGroup[]>();
  const buckets = new BucketReader();
  const items = reads.flatMap((read) => {
    const { nodes, tier, slotMs } = read;
    const own = groups.get(nodes) ?? files.read(partition, (reader) => numbered(reader, wish, nodes)) ?? [];
    groups.set(nodes, own);
    const places = placesOf(slotGrid(tier, slotMs), builder.grid, wholeBuckets ? wish : undefined);
    return own.map((wanted): GroupRead => ({ ...wanted, slotMs, places, target, buckets }));
  });
  const lost: SampleRead[] = [];
  const step = (reader: PartitionReader, item: GroupRead): void => {
    try {
      addGroup(files, reader, item);
    } catch (error) {
      const { slotMs, numbers } = item;
      const toMs = slotMs + (partition.tier === 'minute' ? hourMs : dayMs) - 1;
      lost.push({ fromMs: slotMs, toMs, nodes: new Set(numbers.filter((number) => number >= 0)) });
      throw error;
    }
  };
  await files.readEach(partition, items, step, yieldTurn);
  return lost;
}

interface WantedGroup {
  readonly group: number;
  /** By place in the group; -1: not wanted. */
  readonly numbers: Int32Array;
}

function numbered(
  reader: PartitionReader,
  wish: SeriesSelection,
  nodes: ReadonlySet<number> | null,
): readonly WantedGroup[] {
  return wantedGroups(reader, wish, nodes).map(([group, placed]) => {
    const numbers = new Int32Array(reader.nodesPerGroup).fill(-1);
    for (const { node, place } of placed) numbers[place] = node;
    return { group, numbers };
  });
}

interface GroupRead extends WantedGroup {
  readonly slotMs: number;
  readonly places: BucketPlaces;
  readonly target: BucketTarget;
  readonly buckets: BucketReader;
}

function addGroup(files: StoreFiles, reader: PartitionReader, read: GroupRead): void {
  const { slotMs, places, group, numbers, target } = read;
  const { builder, wish, tails } = target;
  const slot = reader.slots().find(({ origin }) => origin === slotMs);
  const found = slot === undefined ? undefined : files.group(reader, slot, group);
  if (found === undefined) return;
  const ownTails = tails.get(slotMs);
  const fields = builder.onlyAverage ? 'average' : 'all';
  // All of them before any is added.
  const contents = seriesIn(reader, wish.selectors).map(
    (series) => [series, files.chunk(reader, found, series.id)] as const,
  );
  for (const [series, content] of contents) {
    if (content === undefined) continue;
    const key = seriesKey(series);
    const number = builder.seriesNumber(key, series);
    read.buckets.read(content, { numbers, fields }, (node, buckets) => {
      addBuckets(builder.row(node, number), builder.grid.count, buckets, places);
      if (ownTails !== undefined && buckets.kind === 'counter')
        noteTail(ownTails, node, key, tailOf(buckets));
    });
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
