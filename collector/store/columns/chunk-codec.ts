// In: the columns of one series on the nodes of one group in one slot. Out: a chunk, and back, every double exactly.
//
// Content (sealed-bytes.ts says what is around it): number of columns │ length and decimals of most │ the columns, as
// column-format.ts says. It refuses (ChunkError) what is damaged or of another format.

import { malformed } from './chunk-error.ts';
import { type Column, maxColumns, maxDecimals, maxLength } from './column-format.ts';
import { ColumnReader } from './column-reader.ts';
import { type ColumnPart, ColumnWriter } from './column-writer.ts';
import { type Compression, contentWriter, seal, unseal } from './sealed-bytes.ts';

export type { Column } from './column-format.ts';
export type { Compression } from './sealed-bytes.ts';

/** null: the node of that place does not have the series in this slot. */
export function encodeChunk(columns: readonly (Column | null)[], compression: Compression): Uint8Array {
  const parts = columns.map((column) =>
    column === null
      ? null
      : { values: column.values, from: 0, length: column.values.length, decimals: column.decimals },
  );
  return encodeParts(parts, compression);
}

/** The same, from columns that lie in larger arrays. */
export function encodeParts(parts: readonly (ColumnPart | null)[], compression: Compression): Uint8Array {
  if (parts.length > maxColumns) throw new RangeError(`a chunk of ${parts.length} columns`);
  let model: ColumnPart | null = null;
  let total = 0;
  for (const part of parts) {
    total += part?.length ?? 0;
    if (part !== null && (model === null || part.length > model.length)) model = part;
  }
  const { length, decimals } = model ?? { length: 0, decimals: 0 };
  const writer = contentWriter(64 + 4 * parts.length + 2 * total);
  writer.varint(parts.length);
  writer.varint(length);
  writer.varint(decimals);
  const columnWriter = new ColumnWriter(writer, { length, decimals }, length);
  for (const part of parts) {
    if (part === null) columnWriter.write(null);
    else columnWriter.writePart(part);
  }
  columnWriter.end();
  return seal(writer, compression);
}

export function decodeChunk(bytes: Uint8Array): readonly (Float64Array | null)[] {
  const { count, columns } = openChunk(bytes);
  return Array.from({ length: count }, () => columns.read());
}

/** The column of that place; those before it are passed over. null also where the chunk has no such place. */
export function decodeColumn(bytes: Uint8Array, place: number): Float64Array | null {
  const { count, columns } = openChunk(bytes);
  if (place >= count) return null;
  for (let before = 0; before < place; before += 1) columns.skip();
  return columns.read();
}

/** So many columns, to be read one after another. */
export function openChunk(bytes: Uint8Array): { readonly count: number; readonly columns: ColumnReader } {
  const reader = unseal(bytes);
  const count = reader.count(maxColumns);
  const length = reader.count(maxLength);
  const decimals = reader.count(maxDecimals);
  // Repeats stand for many values in few bytes; a chunk that is whole still must not ask for all the memory.
  if (count * length > maxValues) throw malformed(`${count} columns of ${length} values`);
  return { count, columns: new ColumnReader(reader, { length, decimals }, count) };
}

const maxValues = 1 << 26;
