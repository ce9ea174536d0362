// In: the content of a chunk. Out: bytes in which every damaged bit shows, and back.
//
//   format (1 byte) │ content │ CRC-32 of all before it (u32, little-endian)
//
// Format 1: the content as it is. Format 2: its length (varint), then the content under zstd.
// It refuses (ChunkError) what is damaged, of another format, or longer than a chunk can be.
import { constants, crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter, maxVarintBytes } from './byte-writer.ts';
import { ChunkError, malformed } from './chunk-error.ts';

export type Compression = 'none' | 'zstd';

const plain = 1;
const zstd = 2;
/** Node.js takes no smaller ones. */
const minChunkSize = 64;
const crcBytes = 4;
const maxContentBytes = 64 * 1024 * 1024;
const level = 1;
/** zstd makes hardly anything smaller that is shorter than this. */
const worthwhileBytes = 100;

/** A writer whose first bytes are kept free for `seal`. */
export function contentWriter(room: number): ByteWriter {
  const writer = new ByteWriter(1 + room + crcBytes);
  writer.byte(plain);
  return writer;
}

/** Seals what was written to a `contentWriter`; the writer is of no use afterwards. */
export function seal(writer: ByteWriter, compression: Compression): Uint8Array {
  if (compression === 'none') return closed(writer);
  const content = writer.bytes.subarray(1, writer.at);
  if (content.length < worthwhileBytes) return closed(writer);
  // Knowing the size spares zstd half of what it sets up for each call.
  const packed = zstdCompressSync(content, {
    pledgedSrcSize: content.length,
    chunkSize: content.length + 64,
    params: { [constants.ZSTD_c_compressionLevel]: level },
  });
  if (packed.length + 2 >= content.length) return closed(writer);
  const smaller = new ByteWriter(1 + maxVarintBytes + packed.length + crcBytes);
  smaller.byte(zstd);
  smaller.varint(content.length);
  smaller.bytes.set(packed, smaller.at);
  smaller.at += packed.length;
  return closed(smaller);
}

/** The content, at the reader's beginning. */
export function unseal(bytes: Uint8Array): ByteReader {
  const end = bytes.length - crcBytes;
  if (end < 1) throw malformed(`${bytes.length} bytes are too few`);
  const crc = new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(end, true);
  if (crc32(bytes.subarray(0, end)) !== crc) {
    throw new ChunkError('checksum', 'chunk: its bytes have changed since it was written');
  }
  const reader = new ByteReader(bytes.subarray(0, end));
  const format = reader.byte();
  if (format === plain) return reader;
  if (format !== zstd) throw malformed(`format ${format} is of another version`);
  return unpacked(reader);
}

function closed(writer: ByteWriter): Uint8Array {
  writer.reserve(crcBytes);
  writer.word(crc32(writer.bytes.subarray(0, writer.at)));
  // A copy: what the writer wrote to is larger, and may be a part of something larger still.
  return Uint8Array.prototype.slice.call(writer.bytes, 0, writer.at);
}

function unpacked(reader: ByteReader): ByteReader {
  const length = reader.count(maxContentBytes);
  try {
    const content = zstdDecompressSync(reader.bytes.subarray(reader.at), {
      maxOutputLength: length,
      chunkSize: Math.max(minChunkSize, length),
    });
    if (content.length !== length) throw malformed(`${content.length} bytes instead of ${length}`);
    return new ByteReader(content);
  } catch (error) {
    if (error instanceof ChunkError) throw error;
    throw new ChunkError('malformed', 'chunk: zstd cannot read it', { cause: error });
  }
}
