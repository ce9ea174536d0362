// The format of a segment file: a head, then records one after another. Numbers are little-endian.
//
//   head    magic (8 bytes) │ length of the text (u32) │ CRC-32 of the text (u32) │ text, JSON
//   record  marker (u32) │ length of the payload (u32) │ CRC-32 (u32) │ type (u8) │ payload
//
// The CRC of a record is over its length, its type and its payload, so every damaged bit shows. The marker lets a reader
// find the next record behind a damaged one.
import { crc32 } from 'node:zlib';

export const magic = Buffer.from('jidiseg1', 'latin1');
export const headBytes = magic.length + 8;

export const recordMarker = Buffer.from([0xa7, 0x6a, 0x72, 0x31]);
export const recordHeadBytes = 13;

/** Beyond every record there is: a length above it is a damaged one. */
export const maxPayloadBytes = 16 * 1024 * 1024;

/** `scratch` holds five bytes: what is checked beside the payload. */
export function recordCrc(type: number, payload: Uint8Array, scratch = Buffer.alloc(5)): number {
  scratch.writeUInt32LE(payload.length, 0);
  scratch[4] = type;
  return crc32(payload, crc32(scratch));
}
