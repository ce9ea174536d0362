// One batch as a record of a segment. In: what is known of a batch, its encoded message. Out: type and payload of the
// record, and back. It refuses (undefined) what is too short or does not inflate.
//
//   payload  sequence (u48) │ items of the class before it (u48) │ items (u16) │ from, to, booted (u48 each, ms) │ message
//   type     bit 0: needs no record before it │ bit 1: the message is compressed (zstd)
//
// The running count of items says how many were in records that are missing.
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

export interface RecordFacts {
  readonly sequence: number;
  /** Of the class, since its buffer began. */
  readonly itemsBefore: number;
  readonly items: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly bootedMs: number | null;
}

export interface BatchRecord extends RecordFacts {
  readonly isKeyframe: boolean;
  readonly message: Buffer;
  readonly isCompressed: boolean;
}

const factsBytes = 32;
const keyframeBit = 1;
const compressedBit = 2;
/** Below it compressing saves less than it costs. */
const compressedFrom = 4 * 1024;
const maxMessageBytes = 8 * 1024 * 1024;
const maxUint48 = 2 ** 48 - 1;
const fast = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

export function encodeRecord(
  facts: RecordFacts,
  message: Uint8Array,
  isKeyframe: boolean,
): { readonly type: number; readonly payload: Buffer } {
  const isCompressed = isKeyframe && message.length >= compressedFrom;
  const kept = isCompressed ? zstdCompressSync(message, fast) : message;
  const payload = Buffer.allocUnsafe(factsBytes + kept.length);
  payload.writeUIntLE(uint48(facts.sequence), 0, 6);
  payload.writeUIntLE(uint48(facts.itemsBefore), 6, 6);
  payload.writeUInt16LE(Math.min(facts.items, 0xffff), 12);
  payload.writeUIntLE(uint48(facts.fromMs), 14, 6);
  payload.writeUIntLE(uint48(facts.toMs), 20, 6);
  payload.writeUIntLE(uint48(facts.bootedMs ?? 0), 26, 6);
  payload.set(kept, factsBytes);
  return { type: (isKeyframe ? keyframeBit : 0) | (isCompressed ? compressedBit : 0), payload };
}

export function decodeRecord(type: number, payload: Buffer): BatchRecord | undefined {
  if (payload.length < factsBytes) return undefined;
  const bootedMs = payload.readUIntLE(26, 6);
  return {
    sequence: payload.readUIntLE(0, 6),
    itemsBefore: payload.readUIntLE(6, 6),
    items: payload.readUInt16LE(12),
    fromMs: payload.readUIntLE(14, 6),
    toMs: payload.readUIntLE(20, 6),
    bootedMs: bootedMs === 0 ? null : bootedMs,
    isKeyframe: (type & keyframeBit) !== 0,
    isCompressed: (type & compressedBit) !== 0,
    message: payload.subarray(factsBytes),
  };
}

export function messageOf({ message, isCompressed }: BatchRecord): Buffer | undefined {
  if (!isCompressed) return message;
  try {
    return zstdDecompressSync(message, { maxOutputLength: maxMessageBytes });
  } catch {
    // Its checksum is right, so another version of the agent wrote it.
    return undefined;
  }
}

function uint48(value: number): number {
  return value > 0 ? Math.min(maxUint48, Math.trunc(value)) : 0;
}
