// In: the journal (WAL) that a database left behind when its program ended by force. Out: how many pages at its end SQLite
// will not take over, because they are not whole. That is what a power loss leaves of writes that nobody was told of; after
// anything else the disk lost what was told to be on it. SQLite itself says nothing of it.
// Format: https://www.sqlite.org/fileformat2.html#the_write_ahead_log
import { existsSync, readFileSync } from 'node:fs';

const headBytes = 32;
const frameHeadBytes = 24;
/** In both the lowest bit says whether the checksums are over big-endian words. */
const magic = 0x377f0682;

export function countLostFrames(walFile: string): number {
  if (!existsSync(walFile)) return 0;
  const bytes = readFileSync(walFile);
  if (bytes.length < headBytes) return 0;
  const frameBytes = frameHeadBytes + bytes.readUInt32BE(8);
  const isBig = (bytes.readUInt32BE(0) & 1) === 1;
  const checksum = new WalChecksum(isBig);
  checksum.add(bytes.subarray(0, 24));
  const isHead = (bytes.readUInt32BE(0) & ~1) === magic && checksum.matches(bytes, 24);
  // Without its head nothing of it counts.
  if (!isHead) return bytes.length > headBytes ? Math.max(1, Math.floor(bytes.length / frameBytes)) : 0;

  let place = headBytes;
  while (place + frameBytes <= bytes.length && isWhole(bytes, place, frameBytes, checksum))
    place += frameBytes;
  let lost = 0;
  for (; place + frameBytes <= bytes.length; place += frameBytes) {
    if (isOfThisJournal(bytes, place)) lost += 1;
  }
  return lost;
}

function isWhole(bytes: Buffer, place: number, frameBytes: number, checksum: WalChecksum): boolean {
  if (bytes.compare(bytes, 16, 24, place + 8, place + 16) !== 0) return false;
  checksum.add(bytes.subarray(place, place + 8));
  checksum.add(bytes.subarray(place + frameHeadBytes, place + frameBytes));
  return checksum.matches(bytes, place + 16);
}

/** Frames of an earlier use of the file have other salts; a single bit of difference is damage. */
function isOfThisJournal(bytes: Buffer, place: number): boolean {
  let bits = 0;
  for (let at = 0; at < 8; at += 1) {
    let difference = (bytes[16 + at] ?? 0) ^ (bytes[place + 8 + at] ?? 0);
    for (; difference > 0; difference >>= 1) bits += difference & 1;
  }
  return bits <= 1;
}

// The checksum goes on from frame to frame.
class WalChecksum {
  readonly #isBig: boolean;
  #first = 0;
  #second = 0;

  constructor(isBig: boolean) {
    this.#isBig = isBig;
  }

  add(bytes: Buffer): void {
    let first = this.#first;
    let second = this.#second;
    for (let at = 0; at + 8 <= bytes.length; at += 8) {
      first = (first + this.#word(bytes, at) + second) >>> 0;
      second = (second + this.#word(bytes, at + 4) + first) >>> 0;
    }
    this.#first = first;
    this.#second = second;
  }

  matches(bytes: Buffer, at: number): boolean {
    return bytes.readUInt32BE(at) === this.#first && bytes.readUInt32BE(at + 4) === this.#second;
  }

  #word(bytes: Buffer, at: number): number {
    return this.#isBig ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at);
  }
}
