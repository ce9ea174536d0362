// In: closed segments. Out: all of them flushed, one after another, in the order of their numbers. A segment that cannot
// be flushed now is tried again; how many wait is bounded by whoever closes them.
//
// Invariants: `onFlushed` is told of a segment once, after everything of it is in the files.
import { statSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from '../../../shared/log.ts';
import type { SegmentFile } from '../log/log-folder.ts';
import type { FlushOutcome, WriterDoor } from './writer-door.ts';

export interface SegmentFlushingOptions {
  readonly flush: WriterDoor['flush'];
  readonly onFlushed: (segment: SegmentFile, outcome: FlushOutcome) => void;
  readonly log: Logger;
  readonly retryMs?: number;
}

const usualRetryMs = 5000;

export class SegmentFlushing {
  readonly #options: SegmentFlushingOptions;
  readonly #waiting: SegmentFile[] = [];
  #waitingBytes = 0;
  readonly #stop = new AbortController();
  #isRunning = false;
  #running: Promise<void> = Promise.resolve();
  #isFailing = false;

  constructor(options: SegmentFlushingOptions) {
    this.#options = options;
  }

  /** Segments that are not flushed, the one under way included. */
  get waiting(): number {
    return this.#waiting.length;
  }

  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  add(segment: SegmentFile): void {
    if (this.#stop.signal.aborted) return;
    this.#waiting.push(segment);
    this.#waitingBytes += sizeOf(segment);
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#running = this.#run();
  }

  /** Resolves when nothing waits. */
  async settled(): Promise<void> {
    while (this.#isRunning) await this.#running;
  }

  /** What is under way may go on; nothing else begins. */
  stop(): void {
    this.#stop.abort();
  }

  async #run(): Promise<void> {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (this.#stop.signal.aborted) break;
      const bytes = sizeOf(next);
      if (await this.#flush(next)) {
        this.#waiting.shift();
        this.#waitingBytes -= bytes;
      } else await this.#pause();
    }
    this.#isRunning = false;
  }

  async #flush(segment: SegmentFile): Promise<boolean> {
    try {
      const outcome = await this.#options.flush(segment);
      if (this.#isFailing) this.#options.log.info({ segment: segment.number }, 'segments are flushed again');
      this.#isFailing = false;
      this.#options.onFlushed(segment, outcome);
      return true;
    } catch (error) {
      if (!this.#isFailing && !this.#stop.signal.aborted) {
        this.#options.log.error(
          { segment: segment.number, err: error },
          'segment cannot be flushed; it is tried again',
        );
      }
      this.#isFailing = true;
      return false;
    }
  }

  async #pause(): Promise<void> {
    try {
      await wait(this.#options.retryMs ?? usualRetryMs, undefined, { signal: this.#stop.signal, ref: false });
    } catch {
      // Stopped: the loop sees it.
    }
  }
}

function sizeOf({ path }: SegmentFile): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
