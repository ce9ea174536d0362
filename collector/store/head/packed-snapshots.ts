// In: process snapshots of one node. Out: the same, by time. They are kept as bytes: as objects, those of two minutes of a
// large cluster would take a gigabyte.
import type { ProcessSnapshot } from '../../../shared/model/process.ts';
import { RecordReader } from '../log/record-reader.ts';
import type { RecordWriter } from '../log/record-writer.ts';
import { SnapshotReader, SnapshotWriter } from '../log/snapshot-rows.ts';
import { Times } from './times.ts';

export class PackedSnapshots {
  readonly times = new Times();
  readonly #writer = new SnapshotWriter();
  readonly #packed: Buffer[] = [];

  /** `scratch` is free again afterwards. */
  add(snapshot: ProcessSnapshot, scratch: RecordWriter): void {
    scratch.begin();
    this.#writer.write(scratch, snapshot);
    this.#packed.push(Buffer.from(scratch.take()));
    this.times.add(snapshot.timeMs);
  }

  /** Both ends included; in the order in which they came. */
  within(fromMs: number, toMs: number): readonly ProcessSnapshot[] {
    const last = this.times.all.findLastIndex((timeMs) => timeMs >= fromMs && timeMs <= toMs);
    const snapshots = new SnapshotReader();
    const reader = new RecordReader();
    const found: ProcessSnapshot[] = [];
    // Each one builds on what those before it defined.
    for (const packed of this.#packed.slice(0, last + 1)) {
      reader.open(packed);
      const snapshot = snapshots.read(reader);
      if (snapshot.timeMs >= fromMs && snapshot.timeMs <= toMs) found.push(snapshot);
    }
    return found;
  }
}
