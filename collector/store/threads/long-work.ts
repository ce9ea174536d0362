// In: work of the writer that takes long: a flush, a compaction, a backup. Out: its result. It runs in slices: between
// two of them everything small that waits is written and committed.
// It refuses (StoreError): more work than may wait (`busy`), and all of it once closed (`closed`).
//
// Invariants: in each lane one work runs at a time, in the order in which it came; while one of the urgent lane runs,
// none of the patient lane goes on. So what a patient work read of a file may have changed after any of its turns, and an
// urgent work must not wait for a patient one.
import { setImmediate } from 'node:timers/promises';
import { StoreError } from '../store.ts';
import type { YieldTurn } from '../turns.ts';

/** `urgent`: what others wait for or what grows meanwhile, as a flush. `patient`: everything else. */
export type Lane = 'urgent' | 'patient';

/** Calls `yieldTurn` after each part of a few milliseconds; what it throws ends the work. */
export type LongWork<T> = (yieldTurn: YieldTurn) => T | Promise<T>;

export interface LongWorkOptions {
  /** A slice lasts about so long, ms. */
  readonly sliceMs: number;
  /** Commits what is small and waits. */
  readonly serveOthers: () => void;
}

const maxWaiting = 64;

export class LongWorkLanes {
  readonly #options: LongWorkOptions;
  readonly #ends: Record<Lane, Promise<unknown>> = { urgent: Promise.resolve(), patient: Promise.resolve() };
  readonly #waiting: Record<Lane, number> = { urgent: 0, patient: 0 };
  #isClosed = false;

  constructor(options: LongWorkOptions) {
    this.#options = options;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  run<T>(lane: Lane, work: LongWork<T>): Promise<T> {
    if (this.#isClosed) return Promise.reject(closed());
    if (this.#waiting[lane] >= maxWaiting) {
      return Promise.reject(new StoreError('busy', `store writer: ${maxWaiting} works are waiting already`));
    }
    this.#waiting[lane] += 1;
    const result = this.#ends[lane].then(() => this.#runOne(lane, work));
    this.#ends[lane] = result.then(
      () => {
        this.#waiting[lane] -= 1;
      },
      () => {
        this.#waiting[lane] -= 1;
      },
    );
    return result;
  }

  /** Ends what runs at its next turn, and waits for that. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([this.#ends.urgent, this.#ends.patient]);
  }

  async #runOne<T>(lane: Lane, work: LongWork<T>): Promise<T> {
    let began = performance.now();
    const yieldTurn = async (): Promise<void> => {
      if (!this.#mustWait(lane) && performance.now() - began < this.#options.sliceMs) return;
      await setImmediate();
      this.#options.serveOthers();
      while (this.#mustWait(lane)) await this.#ends.urgent;
      if (this.#isClosed) throw closed();
      began = performance.now();
    };
    while (this.#mustWait(lane)) await this.#ends.urgent;
    if (this.#isClosed) throw closed();
    return work(yieldTurn);
  }

  #mustWait(lane: Lane): boolean {
    return lane === 'patient' && this.#waiting.urgent > 0;
  }
}

function closed(): StoreError {
  return new StoreError('closed', 'store writer: closed');
}
