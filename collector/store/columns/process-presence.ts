// In: process snapshots, oldest first. Out: which processes there are and at which snapshots each is there, one process
// after another; as bytes too, and back. A process that is listed twice in a snapshot counts once: its first row.
// It refuses (ChunkError) bytes that no writer makes.
import type { ByteReader } from './byte-reader.ts';
import { type ByteWriter, maxVarintBytes } from './byte-writer.ts';
import { malformed } from './chunk-error.ts';
import { maxLength } from './column-format.ts';
import type { SnapshotColumns } from './process-figures.ts';

export interface Presence {
  /** Where the entries of each process begin; the last one: where they end. */
  readonly starts: Int32Array;
  /** Of each entry, the place of its snapshot; ascending within a process. */
  readonly moments: Int32Array;
}

export interface ArrangedProcesses extends Presence {
  /** Numbers in the dictionary, in the order in which they first appear. */
  readonly ids: Float64Array;
  /** Of each entry, its row in its snapshot. */
  readonly rows: Int32Array;
}

export function arrange(snapshots: readonly Pick<SnapshotColumns, 'ids'>[]): ArrangedProcesses {
  const { ids, placesOf } = numbered(snapshots);
  const starts = new Int32Array(ids.length + 1);
  const last = new Int32Array(ids.length).fill(-1);
  for (const [moment, places] of placesOf.entries()) {
    for (const place of places) {
      if (last[place] === moment) continue;
      last[place] = moment;
      starts[place + 1] = (starts[place + 1] ?? 0) + 1;
    }
  }
  for (let place = 0; place < ids.length; place += 1)
    starts[place + 1] = (starts[place + 1] ?? 0) + (starts[place] ?? 0);
  const next = starts.slice();
  const moments = new Int32Array(starts[ids.length] ?? 0);
  const rows = new Int32Array(moments.length);
  last.fill(-1);
  for (const [moment, places] of placesOf.entries()) {
    for (let row = 0; row < places.length; row += 1) {
      const place = places[row] ?? 0;
      if (last[place] === moment) continue;
      last[place] = moment;
      const entry = next[place] ?? 0;
      moments[entry] = moment;
      rows[entry] = row;
      next[place] = entry + 1;
    }
  }
  return { ids, starts, moments, rows };
}

/** Each process has a place; of each snapshot the places of its rows. */
function numbered(snapshots: readonly Pick<SnapshotColumns, 'ids'>[]): {
  readonly ids: Float64Array;
  readonly placesOf: readonly Int32Array[];
} {
  const places = new Map<number, number>();
  const placesOf = snapshots.map(({ ids }) =>
    Int32Array.from(ids, (id) => {
      const known = places.get(id);
      if (known !== undefined) return known;
      places.set(id, places.size);
      return places.size - 1;
    }),
  );
  return { ids: Float64Array.from(places.keys()), placesOf };
}

/** For each process the lengths of what it is present and absent, in turn, the first one present, up to all snapshots. */
export function writePresence(writer: ByteWriter, { starts, moments }: Presence, snapshots: number): void {
  writer.reserve(maxVarintBytes * 2 * (moments.length + starts.length));
  for (let process = 0; process + 1 < starts.length; process += 1) {
    const end = starts[process + 1] ?? 0;
    let present = 0;
    let next = 0;
    for (let entry = starts[process] ?? 0; entry < end; entry += 1) {
      const moment = moments[entry] ?? 0;
      if (moment > next) {
        writer.varint(present);
        writer.varint(moment - next);
        present = 0;
      }
      present += 1;
      next = moment + 1;
    }
    writer.varint(present);
    if (next < snapshots) writer.varint(snapshots - next);
  }
}

export function readPresence(reader: ByteReader, processes: number, snapshots: number): Presence {
  const starts = new Int32Array(processes + 1);
  const moments: number[] = [];
  for (let process = 0; process < processes; process += 1) {
    let moment = 0;
    for (let isPresent = true; moment < snapshots; isPresent = !isPresent) {
      const run = reader.count(snapshots - moment);
      if (run === 0 && moment > 0) throw malformed('an empty run');
      if (isPresent) for (let at = 0; at < run; at += 1) moments.push(moment + at);
      moment += run;
      if (moments.length > maxLength) throw malformed('more rows than a chunk can hold');
    }
    starts[process + 1] = moments.length;
  }
  return { starts, moments: Int32Array.from(moments) };
}
