// In: the bytes of a segment file, damaged or not. Out: its head and its whole records in order; what is damaged is
// told by its place, and reading goes on at the next whole record.
import { crc32 } from 'node:zlib';
import { headBytes, magic, maxPayloadBytes, recordCrc, recordHeadBytes, recordMarker } from './format.ts';

export interface SegmentRecord {
  readonly type: number;
  /** A view into the bytes of the file. */
  readonly payload: Buffer;
  /** Where the record begins in the file. */
  readonly offset: number;
}

export interface DamagedStretch {
  readonly damaged: true;
  readonly offset: number;
  readonly bytes: number;
  /** True when no whole record follows: as a crash in the middle of writing leaves it. */
  readonly isTail: boolean;
}

export interface Segment {
  /** undefined when the head is damaged. */
  readonly head: unknown;
  readonly records: Iterable<SegmentRecord | DamagedStretch>;
}

export function readSegment(bytes: Buffer): Segment {
  const head = readHead(bytes);
  return { head: head?.value, records: records(bytes, head?.end ?? 0) };
}

function readHead(bytes: Buffer): { value: unknown; end: number } | undefined {
  if (bytes.length < headBytes || !bytes.subarray(0, magic.length).equals(magic)) return undefined;
  const length = bytes.readUInt32LE(magic.length);
  if (length > bytes.length - headBytes) return undefined;
  const text = bytes.subarray(headBytes, headBytes + length);
  if (crc32(text) !== bytes.readUInt32LE(magic.length + 4)) return undefined;
  return { value: JSON.parse(text.toString('utf8')), end: headBytes + length };
}

function* records(bytes: Buffer, start: number): Generator<SegmentRecord | DamagedStretch> {
  let place = start;
  while (place < bytes.length) {
    const record = recordAt(bytes, place);
    if (record !== undefined) {
      yield record;
      place += recordHeadBytes + record.payload.length;
      continue;
    }
    const next = nextRecord(bytes, place + 1);
    yield { damaged: true, offset: place, bytes: next - place, isTail: next === bytes.length };
    place = next;
  }
}

function recordAt(bytes: Buffer, offset: number): SegmentRecord | undefined {
  if (offset + recordHeadBytes > bytes.length) return undefined;
  if (bytes.compare(recordMarker, 0, 4, offset, offset + 4) !== 0) return undefined;
  const length = bytes.readUInt32LE(offset + 4);
  const end = offset + recordHeadBytes + length;
  if (length > maxPayloadBytes || end > bytes.length) return undefined;
  const type = bytes.readUInt8(offset + 12);
  const payload = bytes.subarray(offset + recordHeadBytes, end);
  return recordCrc(type, payload) === bytes.readUInt32LE(offset + 8) ? { type, payload, offset } : undefined;
}

/** Where the next whole record begins, or the end of the file. */
function nextRecord(bytes: Buffer, from: number): number {
  let place = bytes.indexOf(recordMarker, from);
  while (place !== -1) {
    if (recordAt(bytes, place) !== undefined) return place;
    place = bytes.indexOf(recordMarker, place + 1);
  }
  return bytes.length;
}
