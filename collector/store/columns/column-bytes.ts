// What a content with columns consists of: a head of its own, the bits of codes, the columns. zstd gets the columns alone. In: the
// three. Out: sealed bytes (sealed-bytes.ts). Bits are their length and one, then they; 0: the columns have planes, no codes.
import type { ByteReader } from './byte-reader.ts';
import { ByteWriter, maxVarintBytes } from './byte-writer.ts';
import { type Compression, contentWriter, seal } from './sealed-bytes.ts';

/** Columns of many kinds have each their own statistics under zstd, in pieces of about so many bytes. */
export interface ColumnBytesOptions {
  readonly compression: Compression;
  readonly pieceBytes?: number;
}

export class ColumnBytes {
  readonly #head: ByteWriter;
  readonly #options: ColumnBytesOptions;
  readonly columns: ByteWriter;
  /** undefined: differences are written as planes. */
  readonly bits: ByteWriter | undefined;

  /** `room`: bytes that the columns may take. */
  constructor(head: readonly number[], room: number, options: ColumnBytesOptions) {
    this.#head = contentWriter((head.length + 1) * maxVarintBytes);
    for (const number of head) this.#head.varint(number);
    this.#options = options;
    if (options.compression === 'none') {
      this.#head.varint(0);
      this.#head.reserve(room);
      this.columns = this.#head;
      return;
    }
    this.columns = new ByteWriter(room);
    this.bits = new ByteWriter(room);
  }

  /** It is of no use afterwards. */
  seal(): Uint8Array {
    const { columns, bits } = this;
    const { compression, pieceBytes } = this.#options;
    const writer = this.#head;
    if (bits === undefined) return seal(writer, compression);
    writer.varint(bits.at + 1);
    writer.append(bits.bytes.subarray(0, bits.at));
    const noiseBytes = writer.at - 1;
    writer.append(columns.bytes.subarray(0, columns.at));
    bits.close();
    columns.close();
    return seal(writer, compression, { noiseBytes, pieceBytes });
  }
}

export function readBits(reader: ByteReader): ByteReader | undefined {
  const length = reader.varint();
  return length === 0 ? undefined : reader.part(length - 1);
}
