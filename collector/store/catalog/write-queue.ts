// In: pieces of work that write. Out: a promise for each, resolved once its transaction is synced to disk.
// Work that arrives within a short window shares one transaction and one sync.
//
// Invariants: work runs in the order it came, one transaction at a time; what `committed` says is said only after the
// commit; a piece of work that fails takes no other with it; after a rollback `onRollback` has run before anything
// else. The window is real time, as it paces the disk.
import type { Database } from '../sqlite.ts';
import { StoreError } from '../store.ts';
import { toStoreError } from '../store-errors.ts';

export interface WriteQueueOptions {
  readonly file: string;
  /** Longest wait for company, ms. */
  readonly windowMs: number;
  /** So many pieces do not wait any longer. */
  readonly maxPending: number;
  /** What was remembered of rows that are gone again must be forgotten. */
  readonly onRollback: () => void;
}

interface Piece {
  /** Does the work; returns what to do after the commit. */
  readonly run: () => () => void;
  readonly reject: (error: unknown) => void;
}

export class WriteQueue {
  readonly #db: Database;
  readonly #options: WriteQueueOptions;
  #pending: Piece[] = [];
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  #commits = 0;

  constructor(db: Database, options: WriteQueueOptions) {
    this.#db = db;
    this.#options = options;
  }

  get commits(): number {
    return this.#commits;
  }

  write<T>(work: () => T, committed?: (result: T) => void): Promise<T> {
    if (this.#closed) return Promise.reject(new StoreError('closed', `store ${this.#options.file}: closed`));
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const run = () => {
      const result = work();
      return () => {
        committed?.(result);
        resolve(result);
      };
    };
    this.#pending.push({ run, reject });
    if (this.#pending.length >= this.#options.maxPending) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), this.#options.windowMs);
    return promise;
  }

  /** Commits what is pending, now. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const pieces = this.#pending;
    this.#pending = [];
    if (pieces.length > 0) this.#commit(pieces);
  }

  /** Commits what is pending and takes no more. */
  close(): void {
    this.flush();
    this.#closed = true;
  }

  #commit(pieces: readonly Piece[]): void {
    const done: (() => void)[] = [];
    try {
      this.#db.exec('BEGIN IMMEDIATE');
      for (const piece of pieces) done.push(piece.run());
      this.#db.exec('COMMIT');
    } catch (error) {
      this.#rollback();
      this.#failed(pieces, error);
      return;
    }
    this.#commits += 1;
    for (const finish of done) finish();
  }

  #failed(pieces: readonly Piece[], error: unknown): void {
    const told = toStoreError(error, this.#options.file);
    if (pieces.length === 1 || told instanceof StoreError) {
      for (const piece of pieces) piece.reject(told);
      return;
    }
    // One of them is at fault: alone, each gets what is its own.
    for (const piece of pieces) this.#commit([piece]);
  }

  #rollback(): void {
    try {
      // SQLite may have rolled back by itself.
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
    } catch {
      // The error that led here is the one to tell; the next transaction tells when the database stays unusable.
    }
    this.#options.onRollback();
  }
}
