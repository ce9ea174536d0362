// In: the content of a chunk of columns, as chunk-codec.ts says. Out: how many columns there are, and a reader at the first.
// It refuses (ChunkError) what asks for more memory than a chunk may.
import type { ByteReader } from './byte-reader.ts';
import { malformed } from './chunk-error.ts';
import { readBits } from './column-bytes.ts';
import { maxColumns, maxDecimals, maxLength } from './column-format.ts';
import { ColumnReader } from './column-reader.ts';

const maxValues = 1 << 26;

export interface OpenedContent {
  readonly count: number;
  readonly columns: ColumnReader;
}

export function openContent(reader: ByteReader): OpenedContent {
  const count = reader.count(maxColumns);
  const length = reader.count(maxLength);
  const decimals = reader.count(maxDecimals);
  const bits = readBits(reader);
  // Repeats stand for many values in few bytes; a chunk that is whole still must not ask for all the memory.
  if (count * length > maxValues) throw malformed(`${count} columns of ${length} values`);
  return { count, columns: new ColumnReader(reader, { length, decimals }, { columns: count, bits }) };
}
