// In: the process snapshots of one node in one slot, oldest first. Out: a chunk, and back exactly; only the order of the
// processes in a snapshot is not kept: they come in the order in which they first appeared.
//
// Content (sealed-bytes.ts says what is around it): numbers of snapshots S, processes P and entries N │ which fields go as
// they are, a bit each │ bits of codes (column-bytes.ts) │ at which snapshots each process is there (process-presence.ts) │
// columns (column-format.ts): of S the times, all processes, zombies, uninterruptible ones; of P the numbers in the dictionary; the figures of N
// (figure-columns.ts). It refuses (ChunkError) what is damaged or of another format.
import { malformed } from './chunk-error.ts';
import { ColumnBytes, readBits } from './column-bytes.ts';
import { maxLength } from './column-format.ts';
import { ColumnReader } from './column-reader.ts';
import { ColumnWriter } from './column-writer.ts';
import { fromFigureColumns, toFigureColumns } from './figure-columns.ts';
import { type FiguresSnapshot, fields, readRow, type SnapshotColumns } from './process-figures.ts';
import { arrange, type Presence, readPresence, writePresence } from './process-presence.ts';
import { type Compression, unseal } from './sealed-bytes.ts';

export {
  type FiguresSnapshot,
  type ProcessFigures,
  type SnapshotColumns,
  toColumns,
} from './process-figures.ts';

/** Of a snapshot beside its processes. */
const headColumns = 4;
/** The columns are of many kinds, and about so long by the hour. */
const pieceBytes = 4096;
const mostColumns = headColumns + 2 + 2 * fields.length;

export function encodeSnapshots(snapshots: readonly SnapshotColumns[], compression: Compression): Uint8Array {
  const { ids, ...presence } = arrange(snapshots);
  const entries = presence.rows;
  if (entries.length > maxLength || snapshots.length > maxLength) {
    throw new RangeError(`${entries.length} rows in ${snapshots.length} snapshots`);
  }
  const figures = toFigureColumns(snapshots, presence);
  const bytes = new ColumnBytes(
    [snapshots.length, ids.length, entries.length, figures.asTheyAre],
    256 + 8 * ids.length + 32 * snapshots.length + 12 * entries.length,
    { compression, pieceBytes },
  );
  writePresence(bytes.columns, presence, snapshots.length);
  const longest = Math.max(entries.length, snapshots.length);
  const shape = { length: entries.length, decimals: 0 };
  const columns = new ColumnWriter(bytes.columns, shape, { longest, bits: bytes.bits });
  const heads = [
    Float64Array.from(snapshots, ({ timeMs }) => timeMs),
    Float64Array.from(snapshots, ({ processCount }) => processCount),
    Float64Array.from(snapshots, ({ zombieCount }) => zombieCount),
    Float64Array.from(snapshots, ({ uninterruptibleCount }) => uninterruptibleCount),
  ];
  for (const values of [...heads, ids, ...figures.columns]) columns.write({ values, decimals: 0 });
  columns.end();
  return bytes.seal();
}

export function decodeSnapshots(bytes: Uint8Array): readonly FiguresSnapshot[] {
  const opened = open(bytes);
  const { heads, moments, starts } = opened;
  const entries = Array.from({ length: heads.times.length }, (): Entry[] => []);
  for (let process = 0; process + 1 < starts.length; process += 1) {
    const end = starts[process + 1] ?? 0;
    for (let place = starts[process] ?? 0; place < end; place += 1)
      entries[moments[place] ?? 0]?.push({ process, place });
  }
  return entries.map((ofOne, moment) => snapshotOf(opened, moment, ofOne));
}

/** The newest one that is not after the time; null: there is none. */
export function decodeSnapshotAt(bytes: Uint8Array, timeMs: number): FiguresSnapshot | null {
  const opened = open(bytes);
  const moment = opened.heads.times.findLastIndex((time) => time <= timeMs);
  if (moment < 0) return null;
  const entries: Entry[] = [];
  const { starts, moments } = opened;
  for (let process = 0; process + 1 < starts.length; process += 1) {
    const place = moments.subarray(starts[process], starts[process + 1]).indexOf(moment);
    if (place >= 0) entries.push({ process, place: (starts[process] ?? 0) + place });
  }
  return snapshotOf(opened, moment, entries);
}

/** A process at a snapshot, and where its figures are. */
interface Entry {
  readonly process: number;
  readonly place: number;
}

interface Opened extends Presence {
  readonly heads: Readonly<Record<'times' | 'processes' | 'zombies' | 'uninterruptible', Float64Array>>;
  readonly ids: Float64Array;
  readonly figures: readonly Float64Array[];
}

function open(bytes: Uint8Array): Opened {
  const reader = unseal(bytes);
  const snapshots = reader.count(maxLength);
  const processes = reader.count(maxLength);
  const count = reader.count(maxLength);
  const asTheyAre = reader.varint();
  const bits = readBits(reader);
  const presence = readPresence(reader, processes, snapshots);
  if (presence.moments.length !== count)
    throw malformed(`${presence.moments.length} rows instead of ${count}`);
  const columns = new ColumnReader(reader, { length: count, decimals: 0 }, { columns: mostColumns, bits });
  const next = (): Float64Array => {
    const values = columns.read();
    if (values === null) throw malformed('snapshots without values');
    return values;
  };
  const heads = { times: next(), processes: next(), zombies: next(), uninterruptible: next() };
  return { ...presence, heads, ids: next(), figures: fromFigureColumns(asTheyAre, presence.starts, next) };
}

function snapshotOf(
  { heads, ids, figures }: Opened,
  moment: number,
  entries: readonly Entry[],
): FiguresSnapshot {
  return {
    timeMs: heads.times[moment] ?? 0,
    processCount: heads.processes[moment] ?? 0,
    zombieCount: heads.zombies[moment] ?? 0,
    uninterruptibleCount: heads.uninterruptible[moment] ?? 0,
    processes: entries.map(({ process, place }) => readRow(figures, place, ids[process] ?? 0)),
  };
}
