// In: records. Out: one file to which they are appended. Who appends decides when they are written (then they outlive
// the process) and when they are synced (then they outlive the machine).
// It refuses (system errors with their code): a file that exists, a full disk. What could not be written whole is cut
// off again, and stays pending: `discard` gives it up.
// Room that was set aside: a file of zeros, which is written over, so that a full disk is no obstacle.
//
// Invariants: the file ends with a whole record after every call; records are in the file in the order of `append`.
import { closeSync, fdatasync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import { headBytes, magic, maxPayloadBytes, recordCrc, recordHeadBytes, recordMarker } from './format.ts';

const dataSync = promisify(fdatasync);
/** It doubles as often as needed; an agent has a writer for each class, with little to write. */
const firstRoom = 4 * 1024;

export class SegmentWriter {
  readonly path: string;
  readonly #isSetAside: boolean;
  readonly #descriptor: number;
  readonly #scratch = Buffer.alloc(5);
  #pending = Buffer.allocUnsafeSlow(firstRoom);
  #pendingBytes = 0;
  #writtenBytes = 0;
  #isClosed = false;

  /** `head`: what the reader is told first; JSON. */
  constructor(path: string, head: object, { isSetAside = false }: { readonly isSetAside?: boolean } = {}) {
    this.path = path;
    this.#isSetAside = isSetAside;
    this.#descriptor = openSync(path, isSetAside ? 'r+' : 'wx', 0o600);
    const text = Buffer.from(JSON.stringify(head));
    const place = this.#reserve(headBytes + text.length);
    magic.copy(this.#pending, place);
    this.#pending.writeUInt32LE(text.length, place + magic.length);
    this.#pending.writeUInt32LE(crc32(text), place + magic.length + 4);
    text.copy(this.#pending, place + headBytes);
  }

  /** Bytes of the file, what is pending included. */
  get sizeBytes(): number {
    return this.#writtenBytes + this.#pendingBytes;
  }

  /** Throws RangeError for a payload that no reader would take. */
  append(type: number, payload: Uint8Array): void {
    if (payload.length > maxPayloadBytes) throw new RangeError(`a record of ${payload.length} bytes`);
    const place = this.#reserve(recordHeadBytes + payload.length);
    recordMarker.copy(this.#pending, place);
    this.#pending.writeUInt32LE(payload.length, place + 4);
    this.#pending.writeUInt32LE(recordCrc(type, payload, this.#scratch), place + 8);
    this.#pending[place + 12] = type;
    this.#pending.set(payload, place + recordHeadBytes);
  }

  /** Writes what is pending. */
  write(): void {
    let done = 0;
    try {
      while (done < this.#pendingBytes) {
        const place = this.#writtenBytes + done;
        done += writeSync(this.#descriptor, this.#pending, done, this.#pendingBytes - done, place);
      }
    } catch (error) {
      if (!this.#isSetAside) ftruncateSync(this.#descriptor, this.#writtenBytes);
      throw error;
    }
    this.#writtenBytes += done;
    this.#pendingBytes = 0;
  }

  /** Writes what is pending and waits until everything written so far is on disk. */
  async sync(): Promise<void> {
    this.write();
    await dataSync(this.#descriptor);
  }

  /** Gives up what is pending. */
  discard(): void {
    this.#pendingBytes = 0;
  }

  /** What is pending is not written. Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    closeSync(this.#descriptor);
  }

  #reserve(bytes: number): number {
    const place = this.#pendingBytes;
    const needed = place + bytes;
    if (needed > this.#pending.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#pending.length * 2));
      this.#pending.copy(larger, 0, 0, place);
      this.#pending = larger;
    }
    this.#pendingBytes = needed;
    return place;
  }
}
