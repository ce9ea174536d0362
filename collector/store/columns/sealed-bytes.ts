// In: the content of a chunk. Out: bytes in which every damaged bit shows, and back.
//
//   format (1 byte) │ content │ CRC-32 of all before it (u32, little-endian)
//
// Format 1: the content as it is. Format 3: how many bytes at its beginning go as they are, these; the length of the rest
// and that of its pieces (varints), then each piece under zstd, after the length of that (varint). The last piece may be
// shorter.
// It refuses (ChunkError) what is damaged, of another format, or longer than a chunk can be.
import { crc32 } from 'node:zlib';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter, maxVarintBytes } from './byte-writer.ts';
import { ChunkError, malformed } from './chunk-error.ts';
import { packFrame, unpackFrame } from './zstd-frames.ts';

export type Compression = 'none' | 'zstd';

const plain = 1;
const zstd = 3;
const crcBytes = 4;
const maxContentBytes = 64 * 1024 * 1024;
/** zstd makes hardly anything smaller that is shorter than this. */
const worthwhileBytes = 100;

/** A writer whose first bytes are kept free for `seal`. */
export function contentWriter(room: number): ByteWriter {
  const writer = new ByteWriter(1 + room + crcBytes);
  writer.byte(plain);
  return writer;
}

export interface SealOptions {
  /** So many bytes at the beginning go as they are: zstd could make nothing of them. */
  readonly noiseBytes?: number;
  /**
   * zstd takes pieces of about so many bytes one by one: what is said first and last may be of different kinds, and each piece
   * has its own statistics.
   */
  readonly pieceBytes?: number | undefined;
}

/** Seals what was written to a `contentWriter`; the writer is of no use afterwards. */
export function seal(
  writer: ByteWriter,
  compression: Compression,
  { noiseBytes = 0, pieceBytes = maxContentBytes }: SealOptions = {},
): Uint8Array {
  const content = writer.bytes.subarray(1 + noiseBytes, writer.at);
  if (compression === 'none' || content.length < worthwhileBytes) return closed(writer);
  const count = Math.max(1, Math.round(content.length / pieceBytes));
  const piece = Math.ceil(content.length / count);
  const smaller = new ByteWriter(writer.at + crcBytes);
  smaller.byte(zstd);
  smaller.varint(noiseBytes);
  smaller.append(writer.bytes.subarray(1, 1 + noiseBytes));
  smaller.reserve(2 * maxVarintBytes);
  smaller.varint(content.length);
  smaller.varint(piece);
  for (let from = 0; from < content.length; from += piece) {
    const frame = packFrame(content.subarray(from, from + piece));
    smaller.reserve(maxVarintBytes + frame.length);
    smaller.varint(frame.length);
    smaller.append(frame);
  }
  const [shorter, longer] = smaller.at < writer.at ? [smaller, writer] : [writer, smaller];
  longer.close();
  return closed(shorter);
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

/** The content alone, to be kept: whoever reads it again need not check and unpack it again. */
export function unsealed(bytes: Uint8Array): Uint8Array {
  const reader = unseal(bytes);
  return reader.bytes.subarray(reader.at);
}

function closed(writer: ByteWriter): Uint8Array {
  writer.reserve(crcBytes);
  writer.word(crc32(writer.bytes.subarray(0, writer.at)));
  // A copy: what the writer wrote to is larger, and is used again.
  const bytes = Uint8Array.prototype.slice.call(writer.bytes, 0, writer.at);
  writer.close();
  return bytes;
}

function unpacked(reader: ByteReader): ByteReader {
  const noise = reader.part(reader.count(maxContentBytes)).bytes;
  const length = reader.count(maxContentBytes);
  const piece = reader.count(length);
  if (piece === 0) throw malformed('pieces of no bytes');
  if (piece === length && noise.length === 0) return new ByteReader(unpackedPiece(reader, length));
  const content = Buffer.allocUnsafe(noise.length + length);
  content.set(noise);
  for (let at = 0; at < length; at += piece)
    content.set(unpackedPiece(reader, Math.min(piece, length - at)), noise.length + at);
  return new ByteReader(content);
}

function unpackedPiece(reader: ByteReader, length: number): Uint8Array {
  const packedLength = reader.count(maxContentBytes);
  const from = reader.skip(packedLength);
  const content = unpackFrame(reader.bytes.subarray(from, from + packedLength), length);
  if (content === undefined) throw malformed('zstd cannot read it');
  return content;
}
