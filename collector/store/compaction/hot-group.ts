// In: a group of nodes in a hot file, in the slots that are compacted. Out: its nodes, the times of their ticks and, series by
// series, their samples, slot by slot. What is damaged counts as absent and is told.
import { openChunk } from '../columns/chunk-codec.ts';
import { ChunkError, malformed } from '../columns/chunk-error.ts';
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

/** Of one series, by place in the group. They are there until the next series is read. */
export interface HotRow {
  /** Of each slot after the one before; NaN where there is none. */
  readonly values: Float64Array;
  /** False: the node does not have the series. */
  isThere: boolean;
}

export class HotGroup {
  readonly #reader: PartitionReader;
  readonly #slots: readonly Slot[];
  readonly #groups: readonly (SlotGroup | undefined)[];
  readonly #onLost: (lost: LostChunk) => void;
  /** By place; undefined: nobody has it. */
  readonly names: readonly (string | undefined)[];
  /** Numbers of its series in the hot file. */
  readonly series: ReadonlySet<number>;
  readonly #rows: readonly HotRow[];
  /** Of each slot: by place, where its samples begin in the row. The last one: where the row ends. */
  readonly #begins: readonly (readonly number[])[];

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
    const begins = [this.names.map(() => 0)];
    for (const found of this.#groups) {
      begins.push((begins.at(-1) ?? []).map((begin, place) => begin + (found?.times[place]?.length ?? 0)));
    }
    this.#begins = begins;
    this.#rows = (begins.at(-1) ?? []).map((length) => ({
      values: new Float64Array(length),
      isThere: false,
    }));
  }

  /** Times of a node's ticks in each slot. */
  axesOf(place: number): readonly (Float64Array | null)[] {
    return this.#groups.map((group) => group?.times[place] ?? null);
  }

  /** What a node has of the series that was read last in one of the slots. */
  partOf(place: number, slot: number): Float64Array | null {
    const row = this.#rows[place];
    if (row?.isThere !== true) return null;
    return row.values.subarray(this.#begins[slot]?.[place], this.#begins[slot + 1]?.[place]);
  }

  read(series: number): readonly HotRow[] {
    for (const row of this.#rows) row.isThere = false;
    // In one transaction: for each chunk alone SQLite would have to look whether the file has changed.
    this.#reader.view(() => {
      for (const [at, slot] of this.#slots.entries()) {
        const isRead = this.#whole(slot, () => this.#readSlot(at, series)) ?? false;
        if (!isRead) for (let place = 0; place < this.#rows.length; place += 1) this.#leaveOut(at, place);
      }
    });
    return this.#rows;
  }

  /** False: there is nothing of the series. */
  #readSlot(at: number, series: number): boolean {
    const group = this.#groups[at];
    const bytes = group === undefined ? undefined : this.#reader.chunk(group, series);
    if (bytes === undefined) return false;
    const { count, columns } = openChunk(bytes);
    for (let place = 0; place < this.#rows.length; place += 1) {
      const row = this.#rows[place];
      const begin = this.#begins[at]?.[place] ?? 0;
      const length = place < count && row !== undefined ? columns.readInto(row.values, begin) : -1;
      if (length === -1) this.#leaveOut(at, place);
      else if (length !== (this.#begins[at + 1]?.[place] ?? 0) - begin) throw malformed(`${length} samples`);
      else if (row !== undefined) row.isThere = true;
    }
    return true;
  }

  #leaveOut(at: number, place: number): void {
    const begin = this.#begins[at]?.[place] ?? 0;
    this.#rows[place]?.values.fill(Number.NaN, begin, this.#begins[at + 1]?.[place] ?? begin);
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
