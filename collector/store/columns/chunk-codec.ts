// In: the columns of one series on the nodes of one group in one slot. Out: a chunk, and back, every double exactly.
//
// Content (sealed-bytes.ts says what is around it): number of columns │ length and decimals of most │ bits of codes
// (column-bytes.ts) │ the columns, as column-format.ts says. It refuses (ChunkError) what is damaged or of another format.

import { type OpenedContent, openContent } from './chunk-content.ts';
import { ColumnBytes } from './column-bytes.ts';
import { type Column, maxColumns } from './column-format.ts';
import { type ColumnPart, ColumnWriter } from './column-writer.ts';
import { type Compression, unseal } from './sealed-bytes.ts';

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
  const bytes = new ColumnBytes([parts.length, length, decimals], 64 + 4 * parts.length + 2 * total, {
    compression,
  });
  const columnWriter = new ColumnWriter(
    bytes.columns,
    { length, decimals },
    { longest: length, bits: bytes.bits },
  );
  for (const part of parts) {
    if (part === null) columnWriter.write(null);
    else columnWriter.writePart(part);
  }
  columnWriter.end();
  return bytes.seal();
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
export function openChunk(bytes: Uint8Array): OpenedContent {
  return openContent(unseal(bytes));
}
