// In: records of process snapshots of one node, as the log has them. Out: the snapshots, by time. They are kept as bytes: as
// objects, those of two minutes of a large cluster would take a gigabyte.

import { plainSnapshot } from '../../../shared/column-snapshot.ts';
import type { ProcessSnapshot } from '../../../shared/model/process.ts';
import { RecordReader } from '../log/record-reader.ts';
import { readSnapshots, SnapshotReader } from '../log/snapshot-bytes.ts';
import type { Place } from './slabs.ts';
import { Times } from './times.ts';

export class PackedSnapshots {
  readonly times = new Times();
  readonly #slabs: Uint8Array[] = [];
  readonly #offsets: number[] = [];
  readonly #lengths: number[] = [];

  /** The record was put there just now. Those of its snapshots that are not to be seen are not in `timesMs`. */
  add(timesMs: readonly number[], { slab, offset }: Place<Uint8Array>, length: number): void {
    // Also when none of them is: later ones may build on it.
    this.#slabs.push(slab);
    this.#offsets.push(offset);
    this.#lengths.push(length);
    for (const timeMs of timesMs) this.times.add(timeMs);
  }

  /** Both ends included; in the order in which they came. */
  within(fromMs: number, toMs: number): readonly ProcessSnapshot[] {
    const wanted = new Set(this.times.all.filter((timeMs) => timeMs >= fromMs && timeMs <= toMs));
    const readers = new Map<number, SnapshotReader>();
    const found: ProcessSnapshot[] = [];
    for (let place = 0; wanted.size > 0 && place < this.#slabs.length; place += 1) {
      const snapshots = this.#read(place, readers);
      // The first one of a time.
      found.push(...snapshots.filter(({ timeMs }) => wanted.delete(timeMs)).map(plainSnapshot));
    }
    return found;
  }

  #read(place: number, readers: Map<number, SnapshotReader>): readonly ProcessSnapshot[] {
    const slab = this.#slabs[place] ?? new Uint8Array(0);
    const offset = slab.byteOffset + (this.#offsets[place] ?? 0);
    const reader = new RecordReader();
    reader.open(Buffer.from(slab.buffer, offset, this.#lengths[place] ?? 0));
    const sender = reader.count();
    let snapshots = readers.get(sender);
    if (snapshots === undefined) {
      snapshots = new SnapshotReader();
      readers.set(sender, snapshots);
    }
    reader.count();
    const chain = reader.count();
    return readSnapshots(reader, chain, snapshots);
  }
}
