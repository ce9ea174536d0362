// In: entries. Out: a word for each once it is synced to disk, and segments as they are closed. Entries that
// come close together share one sync, and nobody waits for the disk but they.
// It refuses (StoreError): a full disk, a folder that cannot be written, a log that is closed. What is refused is not in
// the log, and the next entry is tried anew.
//
// Invariants: entries are in the log in the order of `append`; groups are synced one after another; a segment is closed
// only when everything in it is synced; what is acknowledged is whole in the file. The times are real times: they pace
// the disk.
import { mkdirSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { SegmentWriter } from '../../../shared/segment-file/segment-writer.ts';
import { StoreError } from '../store.ts';
import { toStoreError } from '../store-errors.ts';
import type { LogEntry } from './log-entry.ts';
import { type SegmentFile, segmentPath } from './log-folder.ts';
import { SegmentEncoder } from './segment-encoder.ts';
import { segmentHead } from './segment-head.ts';
import type { SeriesLists } from './series-lists.ts';

export interface LogWriterOptions {
  readonly folder: string;
  readonly firstNumber: number;
  readonly lists: SeriesLists;
  /** Longest wait for company, ms. */
  readonly windowMs: number;
  /** A segment is closed when it is so old, ms, or so large. */
  readonly rotateMs: number;
  readonly rotateBytes: number;
  /** In order; what the entries of the segment said is told before. */
  readonly onClosed: (segment: SegmentFile) => void;
}

/** So many entries do not wait for company. */
const groupEntries = 2000;
/** So many segments that are over may wait for their last sync. */
const maxSealed = 4;

interface Segment extends SegmentFile {
  readonly file: SegmentWriter;
  readonly encoder: SegmentEncoder;
  readonly overTimer: NodeJS.Timeout;
  /** Its name in the folder is on disk. */
  isNamed: boolean;
}

/** Who appended something. One of both is called, once. */
export interface LogWaiter {
  /** It is on disk, in the segment of this number, which is not closed yet. */
  synced(segment: number): void;
  /** It is not in the log. */
  refused(error: unknown): void;
}

interface Group {
  readonly segment: Segment;
  readonly waiters: readonly LogWaiter[];
  readonly isLast: boolean;
}

export class LogWriter {
  readonly #options: LogWriterOptions;
  #nextNumber: number;
  #segment: Segment | undefined;
  #waiters: LogWaiter[] = [];
  /** Last groups of segments that are over, oldest first. */
  #sealed: Group[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isDue = false;
  #isRunning = false;
  #running: Promise<void> = Promise.resolve();
  #isClosed = false;
  #syncs = 0;

  /** Makes the folder. Throws what the system throws. */
  constructor(options: LogWriterOptions) {
    this.#options = options;
    this.#nextNumber = options.firstNumber;
    mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  }

  get syncs(): number {
    return this.#syncs;
  }

  /** Of segments that are not closed. */
  get openBytes(): number {
    const sealed = this.#sealed.reduce((sum, { segment }) => sum + segment.file.sizeBytes, 0);
    return sealed + (this.#segment?.file.sizeBytes ?? 0);
  }

  append(entry: LogEntry, waiter: LogWaiter): void {
    try {
      const segment = this.#segment ?? this.#begin();
      segment.encoder.append(entry);
      this.#waiters.push(waiter);
      if (segment.file.sizeBytes >= this.#options.rotateBytes) this.rotate();
      else if (this.#waiters.length >= groupEntries) this.#due();
      else this.#timer ??= setTimeout(() => this.#due(), this.#options.windowMs);
    } catch (error) {
      waiter.refused(toStoreError(error, this.#options.folder));
    }
  }

  /** Closes the segment as soon as it is synced; what comes next begins another one. */
  rotate(): void {
    const segment = this.#segment;
    if (segment === undefined) return;
    clearTimeout(segment.overTimer);
    this.#segment = undefined;
    this.#sealed.push({ segment, waiters: this.#takeWaiters(), isLast: true });
    this.#run();
  }

  /** Resolves when everything that was appended before is on disk or refused. */
  async settled(): Promise<void> {
    if (this.#segment === undefined || (this.#waiters.length === 0 && !this.#isRunning)) {
      return this.#running;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiters.push({ synced: () => resolve(), refused: () => resolve() });
    this.#due();
    return promise;
  }

  /** Syncs what is pending and closes the segment; idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.rotate();
    await this.#running;
  }

  #begin(): Segment {
    const { folder, lists, rotateMs } = this.#options;
    if (this.#isClosed) throw new StoreError('closed', `store ${folder}: closed`);
    if (this.#sealed.length >= maxSealed)
      throw new StoreError('busy', `store ${folder}: the disk does not keep up`);
    const number = this.#nextNumber;
    const path = segmentPath(folder, number);
    const file = new SegmentWriter(path, segmentHead(number));
    this.#nextNumber += 1;
    const overTimer = setTimeout(() => this.rotate(), rotateMs);
    overTimer.unref();
    const encoder = new SegmentEncoder(file, lists);
    this.#segment = { number, path, file, encoder, overTimer, isNamed: false };
    return this.#segment;
  }

  #due(): void {
    this.#isDue = true;
    this.#run();
  }

  #takeWaiters(): readonly LogWaiter[] {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isDue = false;
    const waiters = this.#waiters;
    this.#waiters = [];
    return waiters;
  }

  #run(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#running = this.#syncGroups();
  }

  async #syncGroups(): Promise<void> {
    for (;;) {
      const sealed = this.#sealed[0];
      if (sealed !== undefined) {
        await this.#sync(sealed);
        this.#sealed.shift();
      } else if (this.#isDue && this.#segment !== undefined) {
        await this.#sync({ segment: this.#segment, waiters: this.#takeWaiters(), isLast: false });
      } else {
        // At once: what comes from now on begins anew.
        this.#isRunning = false;
        return;
      }
    }
  }

  async #sync({ segment, waiters, isLast }: Group): Promise<void> {
    const { file, encoder, number } = segment;
    const refuse = (error: unknown) => {
      const told = toStoreError(error, this.#options.folder);
      for (const waiter of waiters) waiter.refused(told);
    };
    if (isLast) encoder.end();
    const failure = write(segment);
    if (failure !== undefined) {
      refuse(failure.error);
      if (isEmpty(segment) && this.#segment === segment) this.rotate();
      if (isLast) this.#finish(segment);
      return;
    }
    try {
      const done = file.sync();
      encoder.written();
      await done;
      if (!segment.isNamed) await syncFolder(this.#options.folder);
      segment.isNamed = true;
      this.#syncs += 1;
      for (const waiter of waiters) waiter.synced(number);
    } catch (error) {
      refuse(error);
      // What is in the file may never reach the disk: nothing more may rely on it.
      if (this.#segment === segment) this.rotate();
    }
    if (isLast) this.#finish(segment);
  }

  #finish(segment: Segment): void {
    segment.file.close();
    if (isEmpty(segment)) rmSync(segment.path, { force: true });
    else this.#options.onClosed({ number: segment.number, path: segment.path });
  }
}

/** Writes all that is pending, or nothing of it: then its definitions are gone, too. */
function write({ file, encoder }: Segment): { readonly error: unknown } | undefined {
  try {
    file.write();
  } catch (error) {
    file.discard();
    encoder.forget();
    return { error };
  }
  return undefined;
}

/** Not even its head could be written. */
function isEmpty({ file }: Segment): boolean {
  return file.sizeBytes === 0;
}

async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder, 'r');
  await handle.sync();
}
