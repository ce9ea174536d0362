// In: the columns of one series on the nodes of one group in one slot. Out: a chunk, and back, every double exactly.
//
// Content (sealed-bytes.ts says what is around it): number of columns │ length and decimals of most │ the columns, as
// column-format.ts says. It refuses (ChunkError) what is damaged or of another format.

import type { ByteReader } from './byte-reader.ts';
import { malformed } from './chunk-error.ts';
import { type Column, maxColumns, maxDecimals, maxLength, type Shape } from './column-format.ts';
import { ColumnReader } from './column-reader.ts';
import { ColumnWriter } from './column-writer.ts';
import { type Compression, contentWriter, seal, unseal } from './sealed-bytes.ts';

export type { Column } from './column-format.ts';
export type { Compression } from './sealed-bytes.ts';

/** null: the node of that place does not have the series in this slot. */
export function encodeChunk(columns: readonly (Column | null)[], compression: Compression): Uint8Array {
  if (columns.length > maxColumns) throw new RangeError(`a chunk of ${columns.length} columns`);
  let longest = 0;
  let total = 0;
  for (const column of columns) {
    const length = column?.values.length ?? 0;
    total += length;
    if (length > longest) longest = length;
  }
  const writer = contentWriter(64 + 4 * columns.length + 2 * total);
  const shape = shapeOf(columns, longest);
  writer.varint(columns.length);
  writer.varint(shape.length);
  writer.varint(shape.decimals);
  const columnWriter = new ColumnWriter(writer, shape, longest);
  for (const column of columns) columnWriter.write(column);
  columnWriter.end();
  return seal(writer, compression);
}

export function decodeChunk(bytes: Uint8Array): readonly (Float64Array | null)[] {
  const { count, columns } = open(unseal(bytes));
  return Array.from({ length: count }, () => columns.read());
}

/** The column of that place; those before it are passed over. null also where the chunk has no such place. */
export function decodeColumn(bytes: Uint8Array, place: number): Float64Array | null {
  const { count, columns } = open(unseal(bytes));
  if (place >= count) return null;
  for (let before = 0; before < place; before += 1) columns.skip();
  return columns.read();
}

function open(reader: ByteReader) {
  const count = reader.count(maxColumns);
  const length = reader.count(maxLength);
  const decimals = reader.count(maxDecimals);
  // Repeats stand for many values in few bytes; a chunk that is whole still must not ask for all the memory.
  if (count * length > maxValues) throw malformed(`${count} columns of ${length} values`);
  return { count, columns: new ColumnReader(reader, { length, decimals }, count) };
}

const maxValues = 1 << 26;

/** That of the first column which is as long as the longest one. */
function shapeOf(columns: readonly (Column | null)[], longest: number): Shape {
  const model = columns.find((column) => column?.values.length === longest);
  return { length: longest, decimals: model?.decimals ?? 0 };
}
