// The rows of a source that finds devices by name in a kernel file. In: names as bytes. Out: one row per device,
// made once. It follows a bounded number of names and counts the others.
import { gauge, type MetricDefinition } from '../../shared/model/metric.ts';
import type { ByteCursor } from '../host/byte-cursor.ts';
import { ByteNames } from '../host/byte-names.ts';
import { createRow, type SeriesRow } from './series-row.ts';
import type { SampleSink } from './source.ts';

const deviceLimit = 512;

export class DeviceRows<Row> {
  readonly #names = new ByteNames(deviceLimit);
  readonly #rows: (Row | null)[] = [];
  readonly #create: (device: string) => Row | null;
  readonly #skippedRow: SeriesRow;
  #skipped = 0;

  constructor(skippedMetric: MetricDefinition, create: (device: string) => Row | null) {
    this.#create = create;
    this.#skippedRow = createRow([skippedMetric], {});
  }

  /** The row of the device; null when the device is not followed. */
  rowOf(cursor: ByteCursor, start: number, end: number): Row | null {
    const id = this.#names.idOf(cursor.bytes, start, end);
    if (id < 0) {
      this.#skipped += 1;
      return null;
    }
    let row = this.#rows[id];
    if (row === undefined) {
      row = this.#create(cursor.text(start, end));
      this.#rows[id] = row;
    }
    return row;
  }

  /** All rows that were ever made. */
  *all(): Iterable<Row> {
    for (const row of this.#rows) if (row !== null) yield row;
  }

  /** Tells how many names of this reading were past the bound; nothing when there were none. */
  setSkipped(sink: SampleSink): void {
    if (this.#skipped > 0) this.#skippedRow.set(sink, 0, this.#skipped);
    this.#skipped = 0;
  }
}

/** The metric that tells about names past the bound. */
export function skippedDevices(source: string): MetricDefinition {
  return gauge(
    `jidi_${source}_devices_skipped`,
    0,
    `Devices that are not followed because more than ${deviceLimit} names have been seen; absent when none.`,
  );
}
