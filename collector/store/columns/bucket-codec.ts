// In: the buckets of one series on the nodes of one group in one slot. Out: a chunk, and back exactly; only the rates of
// counters are rounded to 32-bit floats.
//
// Content (sealed-bytes.ts says what is around it): number of nodes │ length of most │ decimals │ bits of codes
// (column-bytes.ts) │ a head for each node:
//   kind (1 byte; 0: none, 1: gauge, 2: counter; 4: added when the columns are of whole numbers)
//   step, only of whole numbers │ first increase (signed) │ unit, only of a counter of whole numbers
// │ the first column of each node, the second of each, and so on (bucket-columns.ts, column-format.ts).
// It refuses (ChunkError) what is damaged or of another format.
import type { Buckets } from '../buckets.ts';
import { columnsOf, toColumns } from './bucket-columns.ts';
import { writeBucketHead } from './bucket-head.ts';
import { BucketReader } from './bucket-reader.ts';
import { ColumnBytes } from './column-bytes.ts';
import { areDecimals } from './column-format.ts';
import { ColumnWriter } from './column-writer.ts';
import { FloatRoom } from './float-room.ts';
import { type Compression, unsealed } from './sealed-bytes.ts';

export interface BucketChunkOptions {
  /** Of the series, as in SeriesDefinition. */
  readonly decimals: number;
  readonly compression: Compression;
}

const maxNodes = 4096;
const mostColumns = Math.max(...Object.values(columnsOf));

/** null: the node of that place does not have the series in this slot. */
export function encodeBuckets(
  nodes: readonly (Buckets | null)[],
  { decimals, compression }: BucketChunkOptions,
): Uint8Array {
  if (nodes.length > maxNodes || !areDecimals(decimals)) {
    throw new RangeError(`buckets of ${nodes.length} nodes with ${decimals} decimals`);
  }
  const length = nodes.reduce((longest, buckets) => Math.max(longest, buckets?.counts.length ?? 0), 0);
  const bytes = new ColumnBytes([nodes.length, length, decimals], 64 + nodes.length * (64 + 20 * length), {
    compression,
  });
  const room = new FloatRoom();
  const parts = nodes.map((buckets) => (buckets === null ? null : toColumns(buckets, decimals, room)));
  for (const part of parts) writeBucketHead(bytes.columns, part?.head);
  const columns = new ColumnWriter(
    bytes.columns,
    { length, decimals: 0 },
    { longest: length, bits: bytes.bits },
  );
  for (let place = 0; place < mostColumns; place += 1) {
    for (const part of parts) {
      const column = part?.columns[place];
      if (column !== undefined) columns.write(column);
    }
  }
  columns.end();
  room.clear();
  return bytes.seal();
}

export function decodeBuckets(bytes: Uint8Array): readonly (Buckets | null)[] {
  return decodeThose(bytes, null);
}

/** Those of the node of that place. null also where the chunk has no such place. */
export function decodeBucketsOf(bytes: Uint8Array, place: number): Buckets | null {
  const numbers = new Int32Array(maxNodes).fill(-1);
  numbers[place] = place;
  return decodeThose(bytes, numbers)[place] ?? null;
}

function decodeThose(bytes: Uint8Array, numbers: Int32Array | null): (Buckets | null)[] {
  const found: Buckets[] = [];
  const count = new BucketReader().read(unsealed(bytes), { numbers, fields: 'all' }, (place, buckets) => {
    found[place] = copied(buckets);
  });
  return Array.from({ length: count }, (_, place) => found[place] ?? null);
}

function copied(buckets: Buckets): Buckets {
  const { kind, counts, lasts } = buckets;
  const both = { counts: counts.slice(), lasts: lasts.slice() };
  if (kind === 'gauge') {
    const { sums, minima, maxima } = buckets;
    return { kind, ...both, sums: sums.slice(), minima: minima.slice(), maxima: maxima.slice() };
  }
  const { increases, spansMs, minRates, maxRates } = buckets;
  const rates = { minRates: minRates.slice(), maxRates: maxRates.slice() };
  return { kind, ...both, increases: increases.slice(), spansMs: spansMs.slice(), ...rates };
}
