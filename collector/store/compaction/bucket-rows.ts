// In: buckets of the nodes whose hour was compacted, series by series. Out: whole groups of the minute file: the other nodes of a
// group keep what the file has of them.

import type { Buckets } from '../buckets.ts';
import { decodeBuckets, encodeBuckets } from '../columns/bucket-codec.ts';
import type { PartitionReader, SlotGroup } from '../partitions/partition-reader.ts';
import type { Slot } from '../partitions/rows.ts';
import type { GroupToWrite } from './write-groups.ts';

interface BucketGroup {
  readonly group: number;
  readonly existing: SlotGroup | undefined;
  /** Places of the nodes that get new buckets. */
  readonly fresh: Set<number>;
  readonly chunks: [number, Uint8Array][];
  pending: (Buckets | null)[];
  /** Which series each node has. */
  readonly seriesOfPlace: number[][];
}

export class BucketRows {
  readonly #reader: PartitionReader;
  readonly #groups = new Map<number, BucketGroup>();
  readonly #ended = new Set<number>();

  /** `nodes`: those that get new buckets, by their numbers in the file. */
  constructor(reader: PartitionReader, slot: Slot | undefined, nodes: Iterable<number>) {
    this.#reader = reader;
    for (const node of nodes) {
      const { group, place } = reader.placeOf(node);
      const known = this.#groups.get(group) ?? {
        group,
        existing: slot === undefined ? undefined : reader.group(slot, group),
        fresh: new Set(),
        chunks: [],
        pending: [],
        seriesOfPlace: Array.from({ length: reader.nodesPerGroup }, () => []),
      };
      known.fresh.add(place);
      this.#groups.set(group, known);
    }
  }

  put(node: number, buckets: Buckets): void {
    const { group, place } = this.#reader.placeOf(node);
    const known = this.#groups.get(group);
    if (known !== undefined) known.pending[place] = buckets;
  }

  /** All buckets of this series are put. */
  end(series: number, decimals: number): void {
    this.#ended.add(series);
    for (const known of this.#groups.values()) {
      const { pending, existing, fresh, chunks, seriesOfPlace } = known;
      const kept = existing === undefined ? undefined : this.#reader.chunk(existing, series);
      if (pending.length === 0 && kept === undefined) continue;
      const before = kept === undefined ? [] : decodeBuckets(kept);
      const nodes = Array.from({ length: Math.max(before.length, pending.length) }, (_, place) =>
        fresh.has(place) ? (pending[place] ?? null) : (before[place] ?? null),
      );
      while (nodes.length > 0 && nodes.at(-1) === null) nodes.pop();
      if (nodes.length > 0) {
        chunks.push([series, encodeBuckets(nodes, { decimals, compression: 'zstd' })]);
        for (const [place, buckets] of nodes.entries())
          if (buckets !== null) seriesOfPlace[place]?.push(series);
      }
      known.pending = [];
    }
  }

  /** To be written; `firstMs` and `lastMs` are those of the slot. */
  groups({ firstMs, lastMs }: { firstMs: number; lastMs: number }): readonly GroupToWrite[] {
    const groups = [...this.#groups.values()].sort((left, right) => left.group - right.group);
    // Series that only the other nodes of a group have.
    for (const series of new Set(groups.flatMap(({ existing }) => existing?.series ?? []))) {
      if (!this.#ended.has(series)) this.end(series, this.#reader.dictionary.series(series)?.decimals ?? 0);
    }
    return groups.map(({ group, chunks, seriesOfPlace }) => ({
      group,
      times: [],
      firstMs,
      lastMs,
      chunks: chunks.sort(([left], [right]) => left - right),
      seriesOfPlace: seriesOfPlace.map((series) => series.sort((left, right) => left - right)),
    }));
  }
}
