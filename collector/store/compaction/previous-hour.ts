// In: a counter of a node. Out: its last sample in the hour before the one that is compacted, from memory or from the raw file.
// What is damaged there counts as not there.
import { decodeChunk } from '../columns/chunk-codec.ts';
import { ChunkError } from '../columns/chunk-error.ts';
import { isDamage } from '../partitions/damage.ts';
import type { NumberedSeries } from '../partitions/dictionary.ts';
import { hasPartition } from '../partitions/partition-folder.ts';
import { PartitionReader, type SlotGroup } from '../partitions/partition-reader.ts';
import { hourMs, partitionAt } from '../partitions/tier.ts';
import { type GroupTails, lastSample, type Tail, tailOf } from './counter-tails.ts';
import type { PlacedValues } from './hot-group.ts';
import type { PlannedNode } from './raw-plan.ts';

/** With the key of seriesKey: to make it takes long. */
export interface KeyedSeries extends NumberedSeries {
  readonly key: string;
}

export type TailBefore = (node: PlannedNode, series: KeyedSeries) => Tail | undefined;

export class PreviousHour {
  readonly #beginMs: number;
  readonly #reader: PartitionReader | undefined;
  readonly #isOwn: boolean;
  #group: { readonly number: number; readonly found: SlotGroup | undefined } | undefined;
  #chunk: { readonly group: number; readonly series: number; readonly values: PlacedValues } | undefined;

  /** `raw`: the raw file of the hour that is compacted; that of the hour before may be another one. */
  constructor(root: string, beginMs: number, raw: PartitionReader) {
    this.#beginMs = beginMs - hourMs;
    const partition = partitionAt('raw', this.#beginMs);
    this.#isOwn = partition.path !== raw.partition.path;
    this.#reader = this.#isOwn ? openIfThere(root, this.#beginMs) : raw;
  }

  /** `known`: what is remembered of the group. */
  tailBefore(known: GroupTails | undefined): TailBefore {
    if (known === undefined) return (node, series) => this.#read(node.name, series);
    return ({ hotPlace, name }, series) =>
      (hotPlace === undefined ? undefined : tailOf(known, series.key, hotPlace)) ?? this.#read(name, series);
  }

  close(): void {
    if (this.#isOwn) this.#reader?.close();
  }

  #read(name: string, series: NumberedSeries): Tail | undefined {
    const reader = this.#reader;
    const node = reader?.dictionary.nodeId(name);
    const number = reader?.dictionary.numberOf(series);
    if (reader === undefined || node === undefined || number === undefined) return undefined;
    const { group, place } = reader.placeOf(node);
    try {
      const timesMs = this.#groupOf(reader, group)?.times[place];
      const values = this.#valuesOf(reader, group, number)[place];
      return timesMs && values ? lastSample(timesMs, values) : undefined;
    } catch (error) {
      if (error instanceof ChunkError) return undefined;
      throw error;
    }
  }

  #groupOf(reader: PartitionReader, group: number): SlotGroup | undefined {
    if (this.#group?.number !== group) {
      const slot = reader.slots().find(({ origin }) => origin === this.#beginMs);
      this.#group = { number: group, found: slot === undefined ? undefined : reader.group(slot, group) };
    }
    return this.#group.found;
  }

  /** The nodes of a group ask for the same chunk, one after another. */
  #valuesOf(reader: PartitionReader, group: number, series: number): PlacedValues {
    if (this.#chunk?.group !== group || this.#chunk.series !== series) {
      const found = this.#groupOf(reader, group);
      const bytes = found === undefined ? undefined : reader.chunk(found, series);
      this.#chunk = { group, series, values: bytes === undefined ? [] : decodeChunk(bytes) };
    }
    return this.#chunk.values;
  }
}

function openIfThere(root: string, timeMs: number): PartitionReader | undefined {
  const partition = partitionAt('raw', timeMs);
  if (!hasPartition(root, partition)) return undefined;
  try {
    return PartitionReader.open(root, partition);
  } catch (error) {
    if (isDamage(error)) return undefined;
    throw error;
  }
}
