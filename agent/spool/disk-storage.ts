// Segments as files of one folder. In: names, heads, records. Out: files `NAME.seg`, and room set aside for results:
// files of zeros, which a segment is written over, so that a full disk never refuses a result.
//
// Invariants: a file that was set aside is all zeros before it becomes a segment; nothing but files `*.seg` and
// `*.reserve` in the folder is touched, no folder, no link, no pipe; nothing is read that is larger than any segment.
import {
  closeSync,
  fsync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { recordHeadBytes, recordMarker } from '../../shared/segment-file/format.ts';
import {
  type DamagedStretch,
  readSegment,
  type SegmentRecord,
} from '../../shared/segment-file/segment-reader.ts';
import { SegmentWriter } from '../../shared/segment-file/segment-writer.ts';
import type {
  DamagedRecords,
  SegmentAppender,
  SegmentRequest,
  SegmentStorage,
  StoredSegment,
} from './segment-storage.ts';

export interface DiskStorageOptions {
  readonly folder: string;
  /** How many files are set aside, and how large they are. */
  readonly reserves: number;
  readonly reserveBytes: number;
}

const segmentSuffix = '.seg';
const reserveSuffix = '.reserve';
/** A segment is full at 1 MiB; the batch that fills it may be large. */
const mostSegmentBytes = 4 * 1024 * 1024;
/** A buffer of the whole file would leave a hole of its size in the agent's memory. */
const bytesAtOnce = 64 * 1024;
const syncFile = promisify(fsync);

export class DiskStorage implements SegmentStorage {
  readonly isDurable = true;
  readonly #options: DiskStorageOptions;
  readonly #descriptor: number;
  /** null: names have changed since the last one began. */
  #namesSync: Promise<void> | null = null;

  /** Throws the system's error. */
  constructor(options: DiskStorageOptions) {
    this.#options = options;
    this.#descriptor = openSync(options.folder, 'r');
  }

  /** Makes the files that are to be set aside and are not there. Throws the system's error: what was made stays. */
  setAside(): void {
    const { reserves, folder } = this.#options;
    const inUse = this.list().filter((name) => this.#isSetAside(name)).length;
    for (const name of this.#names(reserveSuffix)) {
      // Set aside when the buffer had another size.
      const path = this.#reservePath(name);
      if (statSync(path).size !== this.#options.reserveBytes) rmSync(path);
    }
    const free = new Set(this.#names(reserveSuffix));
    for (let index = 0; free.size + inUse < reserves; index += 1) {
      if (free.has(String(index))) continue;
      const path = join(folder, `${index}.unfinished`);
      this.#fill(path, 'w');
      renameSync(path, this.#reservePath(String(index)));
      free.add(String(index));
    }
  }

  create({ name, head, isReserved }: SegmentRequest): SegmentAppender {
    this.#namesSync = null;
    const [reserve] = isReserved ? this.#names(reserveSuffix) : [];
    if (reserve === undefined) return new SegmentWriter(this.#path(name), head);
    this.#fill(this.#reservePath(reserve), 'r+');
    renameSync(this.#reservePath(reserve), this.#path(name));
    return new SegmentWriter(this.#path(name), head, { isSetAside: true });
  }

  read(name: string): StoredSegment {
    const path = this.#path(name);
    const { size } = statSync(path);
    if (size > mostSegmentBytes)
      throw Object.assign(new Error(`${path}: ${size} bytes are no segment`), { code: 'EFBIG' });
    const bytes = readFileSync(path);
    const { head, records } = readSegment(bytes);
    return { head, sizeBytes: bytes.length, entries: entriesOf(bytes, records) };
  }

  remove(name: string): void {
    this.#namesSync = null;
    if (this.#isSetAside(name)) {
      const taken = new Set(this.#names(reserveSuffix));
      const free = Array.from({ length: this.#options.reserves }, (_, index) => String(index)).find(
        (index) => !taken.has(index),
      );
      if (free !== undefined) return renameSync(this.#path(name), this.#reservePath(free));
    }
    rmSync(this.#path(name), { force: true });
  }

  list(): readonly string[] {
    return this.#names(segmentSuffix);
  }

  syncNames(): Promise<void> {
    this.#namesSync ??= syncFile(this.#descriptor).catch((error: unknown) => {
      this.#namesSync = null;
      throw error;
    });
    return this.#namesSync;
  }

  /** Idempotent is not needed: who opened it closes it once. */
  close(): void {
    closeSync(this.#descriptor);
  }

  #names(suffix: string): readonly string[] {
    return readdirSync(this.#options.folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(suffix))
      .map(({ name }) => name.slice(0, -suffix.length));
  }

  #isSetAside(name: string): boolean {
    const { reserves, reserveBytes } = this.#options;
    if (reserves === 0 || !name.startsWith('result.')) return false;
    return statSync(this.#path(name), { throwIfNoEntry: false })?.size === reserveBytes;
  }

  #fill(path: string, flags: 'w' | 'r+'): void {
    const descriptor = openSync(path, flags, 0o600);
    try {
      const { reserveBytes } = this.#options;
      const zeros = Buffer.alloc(Math.min(reserveBytes, bytesAtOnce));
      for (let done = 0; done < reserveBytes; )
        done += writeSync(descriptor, zeros, 0, Math.min(zeros.length, reserveBytes - done), done);
      // Some filesystems find room only when they write: a reserve that is not there yet would be none.
      if (flags === 'w') fsyncSync(descriptor);
    } catch (error) {
      if (flags === 'w') rmSync(path, { force: true });
      throw error;
    } finally {
      closeSync(descriptor);
    }
  }

  #path(name: string): string {
    return join(this.#options.folder, `${name}${segmentSuffix}`);
  }

  #reservePath(name: string): string {
    return join(this.#options.folder, `${name}${reserveSuffix}`);
  }
}

function* entriesOf(
  bytes: Buffer,
  records: Iterable<SegmentRecord | DamagedStretch>,
): Generator<SegmentRecord | DamagedRecords> {
  for (const entry of records) {
    if (!('damaged' in entry)) yield entry;
    else if (!isUnused(bytes, entry)) {
      yield { damaged: true, isTail: entry.isTail, records: recordsIn(bytes, entry) };
    }
  }
}

/** Room that was set aside, or that a crash left: where a record would begin there are zeros. One may be damaged. */
function isUnused(bytes: Buffer, { offset, isTail }: DamagedStretch): boolean {
  if (!isTail || bytes.length - offset < recordHeadBytes) return false;
  const head = bytes.subarray(offset, offset + recordHeadBytes);
  return head.filter((byte) => byte !== 0).length <= 1;
}

function recordsIn(bytes: Buffer, { offset, bytes: length }: DamagedStretch): number {
  const stretch = bytes.subarray(offset, offset + length);
  let count = 0;
  for (let at = stretch.indexOf(recordMarker); at !== -1; at = stretch.indexOf(recordMarker, at + 1))
    count += 1;
  // A stretch begins where a record does, also when its marker is what was damaged; the first one is the file's head.
  return offset === 0 || stretch.indexOf(recordMarker) === 0 ? count : count + 1;
}
