// In: a selection and its times. Out: the samples that the hot and the raw files have of it, gathered. Of a chunk only the
// wanted nodes are decoded when they are few. Others have a turn between the groups.
//
// A tick of one node and one time may be in two files for a moment: it is the same in both.
import { decodeChunk, decodeColumn } from '../columns/chunk-codec.ts';
import type { NumberedSeries } from '../partitions/dictionary.ts';
import type { PartitionReader, SlotGroup } from '../partitions/partition-reader.ts';
import type { Slot } from '../partitions/rows.ts';
import type { Partition } from '../partitions/tier.ts';
import type { SeriesSelection } from '../store.ts';
import type { YieldTurn } from '../turns.ts';
import type { SampleGatherer } from './sample-gatherer.ts';
import { type PlacedNode, type StoreFiles, seriesIn, wantedGroups } from './store-files.ts';

/** So few nodes of a chunk are decoded one by one. */
const fewNodes = 4;

export interface GatherOptions {
  readonly into: SampleGatherer;
  /** null: all nodes of the wish. */
  readonly nodes: ReadonlySet<number> | null;
  readonly yieldTurn: YieldTurn;
}

export async function gatherFiles(
  files: StoreFiles,
  partitions: readonly Partition[],
  wish: SeriesSelection,
  { into, nodes: wanted, yieldTurn }: GatherOptions,
): Promise<void> {
  for (const partition of partitions) {
    const groups = files.read(partition, (reader) => wantedGroups(reader, wish, wanted)) ?? [];
    await files.readEach(
      partition,
      groups,
      (reader, [group, nodes]) => {
        for (const slot of reader.slotsBetween(wish.fromMs, wish.toMs)) {
          addGroup(files, reader, { slot, group, nodes, wish, into });
        }
      },
      yieldTurn,
    );
  }
}

interface GroupRead {
  readonly slot: Slot;
  readonly group: number;
  readonly nodes: readonly PlacedNode[];
  readonly wish: SeriesSelection;
  readonly into: SampleGatherer;
}

function addGroup(
  files: StoreFiles,
  reader: PartitionReader,
  { slot, group, nodes, wish, into }: GroupRead,
): void {
  const found = files.group(reader, slot, group);
  if (found === undefined) return;
  for (const series of seriesIn(reader, wish.selectors)) {
    const bytes = reader.chunk(found, series.id);
    if (bytes !== undefined) addChunk(bytes, found, series, { nodes, into });
  }
}

function addChunk(
  bytes: Uint8Array,
  { times }: SlotGroup,
  series: NumberedSeries,
  { nodes, into }: Pick<GroupRead, 'nodes' | 'into'>,
): void {
  const number = into.seriesNumber(series);
  const columns = nodes.length > fewNodes ? decodeChunk(bytes) : undefined;
  for (const { node, place } of nodes) {
    const timesMs = times[place] ?? null;
    if (timesMs === null) continue;
    const values = columns === undefined ? decodeColumn(bytes, place) : columns[place];
    if (values !== null && values !== undefined) into.add(node, number, { timesMs, values });
  }
}
