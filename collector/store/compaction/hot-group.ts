// In: a group of nodes in a hot file, in the slots that are compacted. Out: its nodes, the times of their ticks and, series by
// series, their samples, slot by slot. What is damaged counts as absent and is told.
import { decodeChunk } from '../columns/chunk-codec.ts';
import { ChunkError } from '../columns/chunk-error.ts';
import type { PartitionReader, SlotGroup } from '../partitions/partition-reader.ts';
import type { Slot } from '../partitions/rows.ts';

/** Samples that are lost, because their bytes have changed. */
export interface LostChunk {
  readonly file: string;
  readonly nodes: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
}

/** By place in the group; null or undefined: nothing of that node. */
export type PlacedValues = readonly (Float64Array | null)[];

export class HotGroup {
  readonly #reader: PartitionReader;
  readonly #slots: readonly Slot[];
  readonly #groups: readonly (SlotGroup | undefined)[];
  readonly #onLost: (lost: LostChunk) => void;
  /** By place; undefined: nobody has it. */
  readonly names: readonly (string | undefined)[];
  /** Numbers of its series in the hot file. */
  readonly series: ReadonlySet<number>;

  constructor(
    reader: PartitionReader,
    { slots, group, onLost }: { slots: readonly Slot[]; group: number; onLost: (lost: LostChunk) => void },
  ) {
    this.#reader = reader;
    this.#slots = slots;
    this.#onLost = onLost;
    const first = group * reader.nodesPerGroup;
    this.names = Array.from({ length: reader.nodesPerGroup }, (_, place) =>
      reader.dictionary.nodeName(first + place),
    );
    this.#groups = slots.map((slot) => this.#whole(slot, () => reader.group(slot, group)));
    this.series = new Set(this.#groups.flatMap((found) => found?.series ?? []));
  }

  /** Times of a node's ticks in each slot. */
  axesOf(place: number): readonly (Float64Array | null)[] {
    return this.#groups.map((group) => group?.times[place] ?? null);
  }

  /** Samples of a series in each slot. */
  valuesOf(series: number): readonly (PlacedValues | undefined)[] {
    // In one transaction: for each chunk alone SQLite would have to look whether the file has changed.
    return this.#reader.view(() => this.#read(series));
  }

  #read(series: number): readonly (PlacedValues | undefined)[] {
    return this.#groups.map((group, at) => {
      const slot = this.#slots[at];
      if (group === undefined || slot === undefined) return undefined;
      return this.#whole(slot, () => {
        const bytes = this.#reader.chunk(group, series);
        return bytes === undefined ? undefined : decodeChunk(bytes);
      });
    });
  }

  #whole<T>({ firstMs, lastMs }: Slot, read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ChunkError)) throw error;
      const nodes = this.names.filter((name) => name !== undefined);
      this.#onLost({ file: this.#reader.file, nodes, fromMs: firstMs, toMs: lastMs });
      return undefined;
    }
  }
}
