// In: the buckets of one series on the nodes of one group in one slot. Out: a chunk, and back exactly; only the rates of
// counters are rounded to 32-bit floats.
//
// Content (sealed-bytes.ts says what is around it): number of nodes │ length of most │ decimals │ a head for each node:
//   kind (1 byte; 0: none, 1: gauge, 2: counter; 4: added when the columns are of whole numbers)
//   first increase (signed) │ unit, only of a counter of whole numbers
// │ the first column of each node, the second of each, and so on (bucket-columns.ts, column-format.ts).
// It refuses (ChunkError) what is damaged or of another format.
import type { Buckets } from '../buckets.ts';
import { type BucketHead, columnsOf, toBuckets, toColumns } from './bucket-columns.ts';
import type { ByteReader } from './byte-reader.ts';
import { type ByteWriter, maxVarintBytes } from './byte-writer.ts';
import { malformed } from './chunk-error.ts';
import { areDecimals, maxDecimals, maxLength } from './column-format.ts';
import { ColumnReader } from './column-reader.ts';
import { ColumnWriter } from './column-writer.ts';
import { FloatRoom } from './float-room.ts';
import { type Compression, contentWriter, seal, unseal } from './sealed-bytes.ts';

export interface BucketChunkOptions {
  /** Of the series, as in SeriesDefinition. */
  readonly decimals: number;
  readonly compression: Compression;
}

const maxNodes = 4096;
const kinds = [undefined, 'gauge', 'counter'] as const;
const wholeColumns = 4;
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
  const writer = contentWriter(64 + nodes.length * (64 + 20 * length));
  writer.varint(nodes.length);
  writer.varint(length);
  writer.varint(decimals);
  const room = new FloatRoom(nodes.length * length * 2 * mostColumns);
  const parts = nodes.map((buckets) => (buckets === null ? null : toColumns(buckets, decimals, room)));
  for (const part of parts) writeHead(writer, part?.head);
  const columns = new ColumnWriter(writer, { length, decimals: 0 }, length);
  for (let place = 0; place < mostColumns; place += 1) {
    for (const part of parts) {
      const column = part?.columns[place];
      if (column !== undefined) columns.write(column);
    }
  }
  columns.end();
  return seal(writer, compression);
}

export function decodeBuckets(bytes: Uint8Array): readonly (Buckets | null)[] {
  return decodeThose(bytes, () => true);
}

/** Those of the node of that place. null also where the chunk has no such place. */
export function decodeBucketsOf(bytes: Uint8Array, place: number): Buckets | null {
  return decodeThose(bytes, (node) => node === place)[place] ?? null;
}

function decodeThose(bytes: Uint8Array, isWanted: (node: number) => boolean): readonly (Buckets | null)[] {
  const reader = unseal(bytes);
  const count = reader.count(maxNodes);
  const length = reader.count(maxLength);
  const decimals = reader.count(maxDecimals);
  if (count * length > maxBuckets) throw malformed(`${count} times ${length} buckets`);
  const heads = Array.from({ length: count }, () => readHead(reader));
  const columns = new ColumnReader(reader, { length, decimals: 0 }, mostColumns * count);
  const found = heads.map((): Float64Array[] => []);
  for (let place = 0; place < mostColumns; place += 1) {
    for (const [node, head] of heads.entries()) {
      if (head === undefined || place >= columnsOf[head.kind]) continue;
      if (!isWanted(node)) columns.skip();
      else found[node]?.push(columns.read() ?? new Float64Array(0));
    }
  }
  return heads.map((head, node) =>
    head !== undefined && isWanted(node) ? toBuckets(head, found[node] ?? [], decimals) : null,
  );
}

const maxBuckets = 1 << 24;

function writeHead(writer: ByteWriter, head: BucketHead | undefined): void {
  writer.reserve(1 + 2 * maxVarintBytes);
  writer.byte(kinds.indexOf(head?.kind) + (head?.isWhole === true ? wholeColumns : 0));
  if (head?.kind !== 'counter' || !head.isWhole) return;
  writer.signed(head.firstIncrease);
  writer.varint(head.unitMs);
}

function readHead(reader: ByteReader): BucketHead | undefined {
  const byte = reader.byte();
  const isWhole = (byte & wholeColumns) !== 0;
  const kind = kinds[byte & ~wholeColumns];
  if (kind === undefined) {
    if (byte !== 0) throw malformed(`buckets of kind ${byte}`);
    return undefined;
  }
  if (kind === 'gauge' || !isWhole) return { kind, isWhole, firstIncrease: 0, unitMs: 0 };
  return { kind, isWhole, firstIncrease: reader.signed(), unitMs: reader.varint() };
}
