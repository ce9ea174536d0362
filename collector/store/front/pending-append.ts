// In: an entry that is on its way to the disk. Out: its numbers and its content where they belong, once it is there; or
// its numbers forgotten, when it cannot be written. One object for all of it: there are thousands a second.
import type { Head } from '../head/head.ts';
import type { LogEntry } from '../log/log-entry.ts';
import type { LogWaiter } from '../log/log-writer.ts';
import type { AppendOutcome } from '../store.ts';
import type { SenderState } from './sender-register.ts';

/** What a stored entry changes. */
export interface StoredPlaces {
  readonly head: Head;
  /** The segment holds that much more now. */
  readonly stored: (segment: number) => void;
}

export class PendingAppend implements LogWaiter {
  readonly promise: Promise<AppendOutcome>;
  readonly #places: StoredPlaces;
  readonly #state: SenderState;
  readonly #entry: LogEntry;
  readonly #resolve: (outcome: AppendOutcome) => void;
  readonly #reject: (error: unknown) => void;

  constructor(places: StoredPlaces, state: SenderState, entry: LogEntry) {
    const { promise, resolve, reject } = Promise.withResolvers<AppendOutcome>();
    this.promise = promise;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#places = places;
    this.#state = state;
    this.#entry = entry;
  }

  synced(segment: number): void {
    const { positions } = this.#state;
    this.#state.segment = segment;
    for (const mark of this.#entry.marks) positions.store(mark);
    this.#places.head.add(segment, this.#entry);
    this.#places.stored(segment);
    this.#resolve('stored');
  }

  refused(error: unknown): void {
    for (const mark of this.#entry.marks) this.#state.positions.refuse(mark);
    this.#reject(error);
  }
}
