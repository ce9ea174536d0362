// Counts the samples that the kernel had to drop. In: a file of `perf record`, not compressed. Out: the count; 0 where
// the file is no such file. It walks over the records' heads only (tools/perf/Documentation/perf.data-file-format.txt).
// A kernel since 6.0 tells the same loss twice: while it happens (LOST) and at the end (LOST_SAMPLES).
import { open } from 'node:fs/promises';

const magic = 'PERFILE2';
const headerBytes = 64;
const dataOffsetAt = 40;
const dataSizeAt = 48;
const lostRecord = 2;
const lostSamplesRecord = 13;
const windowBytes = 256 * 1024;
/** Of a record: u32 type, u16 misc, u16 size, then up to two u64. */
const longestHead = 24;
const shortestHead = 8;

export async function countLostSamples(path: string): Promise<number> {
  const file = await open(path, 'r');
  try {
    const header = Buffer.alloc(headerBytes);
    await file.read(header, 0, headerBytes, 0);
    if (header.toString('latin1', 0, magic.length) !== magic) return 0;
    const start = Number(header.readBigUInt64LE(dataOffsetAt));
    return await walk(file, start, start + Number(header.readBigUInt64LE(dataSizeAt)));
  } finally {
    await file.close();
  }
}

interface Reader {
  read(buffer: Buffer, offset: number, length: number, position: number): Promise<{ bytesRead: number }>;
}

async function walk(file: Reader, start: number, end: number): Promise<number> {
  const window = Buffer.alloc(windowBytes);
  const lost = { told: 0, counted: 0 };
  let position = start;
  while (position < end) {
    const { bytesRead } = await file.read(window, 0, Math.min(windowBytes, end - position), position);
    const used = countWindow(window.subarray(0, bytesRead), position + bytesRead >= end, lost);
    if (used === 0) break;
    position += used;
  }
  return Math.max(lost.told, lost.counted);
}

/** Counts the records whose heads are whole; returns where the next one begins, perhaps behind the window. */
function countWindow(bytes: Buffer, isLast: boolean, lost: { told: number; counted: number }): number {
  const needed = isLast ? shortestHead : longestHead;
  let at = 0;
  while (at + needed <= bytes.length) {
    const type = bytes.readUInt32LE(at);
    const size = bytes.readUInt16LE(at + 6);
    // Every record is at least its head; anything else is not the format.
    if (size < shortestHead) return 0;
    if (type === lostRecord && size >= 24 && at + 24 <= bytes.length) {
      lost.told += Number(bytes.readBigUInt64LE(at + 16));
    }
    if (type === lostSamplesRecord && size >= 16 && at + 16 <= bytes.length) {
      lost.counted += Number(bytes.readBigUInt64LE(at + 8));
    }
    at += size;
  }
  return at;
}
