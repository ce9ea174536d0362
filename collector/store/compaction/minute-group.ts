// In: a group of nodes in a minute file. Out: its series and, series by series, the buckets of its nodes hour by hour. What is
// damaged counts as absent and is told.
import type { Buckets } from '../buckets.ts';
import { decodeBuckets } from '../columns/bucket-codec.ts';
import { ChunkError } from '../columns/chunk-error.ts';
import type { PartitionReader, SlotGroup } from '../partitions/partition-reader.ts';
import type { Slot } from '../partitions/rows.ts';
import type { HourBuckets } from './day-buckets.ts';
import type { LostChunk } from './hot-group.ts';

export interface MinuteGroupOptions {
  readonly slots: readonly Slot[];
  readonly group: number;
  readonly names: readonly (string | undefined)[];
  readonly onLost: (lost: LostChunk) => void;
}

export class MinuteGroup {
  readonly #reader: PartitionReader;
  readonly #options: MinuteGroupOptions;
  readonly #groups: readonly (SlotGroup | undefined)[];
  readonly series: readonly number[];

  constructor(reader: PartitionReader, options: MinuteGroupOptions) {
    this.#reader = reader;
    this.#options = options;
    const { slots, group } = options;
    this.#groups = slots.map((slot) => this.#whole(slot, () => reader.group(slot, group)));
    const all = new Set(this.#groups.flatMap((found) => found?.series ?? []));
    this.series = [...all].sort((left, right) => left - right);
  }

  /** By place: its hours, in order of time. */
  bucketsOf(series: number): readonly HourBuckets[][] {
    const byPlace = this.#options.names.map((): HourBuckets[] => []);
    this.#reader.view(() => {
      for (const [at, slot] of this.#options.slots.entries()) {
        for (const [place, buckets] of this.#read(slot, this.#groups[at], series).entries()) {
          if (buckets !== null) byPlace[place]?.push({ beginMs: slot.origin, buckets });
        }
      }
    });
    return byPlace;
  }

  #read(slot: Slot, group: SlotGroup | undefined, series: number): readonly (Buckets | null)[] {
    if (group === undefined) return [];
    const buckets = this.#whole(slot, () => {
      const bytes = this.#reader.chunk(group, series);
      return bytes === undefined ? [] : decodeBuckets(bytes);
    });
    return buckets ?? [];
  }

  #whole<T>({ firstMs, lastMs }: Slot, read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ChunkError)) throw error;
      const nodes = this.#options.names.filter((name) => name !== undefined);
      this.#options.onLost({ file: this.#reader.file, nodes, fromMs: firstMs, toMs: lastMs });
      return undefined;
    }
  }
}
