// A file of lines that only grows. What `append` returned from is on disk.
// A torn last line, left by a crash, is cut off when the file is opened; whole lines are never changed.
//
// Invariants: the file ends with a line feed or is empty; a failed append leaves no part of its line.
import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

export class SyncedFile {
  readonly #descriptor: number;
  /** What was in the file when it was opened. */
  readonly lines: readonly string[];
  #sizeBytes: number;

  constructor(path: string) {
    this.#descriptor = openSync(path, 'a+', 0o600);
    const content = readFileSync(this.#descriptor);
    this.#sizeBytes = content.lastIndexOf(0x0a) + 1;
    if (content.length > this.#sizeBytes) ftruncateSync(this.#descriptor, this.#sizeBytes);
    this.lines = content.subarray(0, this.#sizeBytes).toString('utf8').split('\n').slice(0, -1);
    syncFolder(dirname(path));
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Throws when the line is not on disk, e.g. ENOSPC. */
  append(line: string): void {
    const bytes = Buffer.from(`${line}\n`);
    try {
      let written = 0;
      while (written < bytes.length) written += writeSync(this.#descriptor, bytes, written);
      fsyncSync(this.#descriptor);
    } catch (error) {
      ftruncateSync(this.#descriptor, this.#sizeBytes);
      throw error;
    }
    this.#sizeBytes += bytes.length;
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** Makes creations and renames in the folder durable. */
export function syncFolder(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
