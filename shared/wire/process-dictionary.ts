// In: processes as they are seen. Out: the number that means each on the wire, and whether it must be defined first.
//
// Invariants: a number means one process throughout a batch, as definitions are read before rows; when all numbers are
// taken, the one used longest ago is given away, but never one of the present batch.
import type { ProcessSample } from '../model/process.ts';
import { isSameDefinition } from '../model/process-columns.ts';
import { tooLarge } from './wire-error.ts';

interface Entry {
  readonly id: number;
  /** What its definition said. */
  readonly said: ProcessSample;
  /** Batch in which it was last used. */
  batch: number;
}

export class ProcessDictionary {
  readonly #capacity: number;
  /** By pid, the one used longest ago first. */
  readonly #entries = new Map<number, Entry>();
  /** Numbers whose process went away, with the batch that used them last. */
  #free: { readonly id: number; readonly batch: number }[] = [];
  #nextId = 0;
  #batch = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  beginBatch(): void {
    this.#batch += 1;
  }

  idOf(process: ProcessSample): { readonly id: number; readonly isNew: boolean } {
    const known = this.#entries.get(process.pid);
    if (known !== undefined) {
      this.#entries.delete(process.pid);
      if (isSameDefinition(known.said, process)) {
        known.batch = this.#batch;
        this.#entries.set(process.pid, known);
        return { id: known.id, isNew: false };
      }
      this.#free.push(known);
    }
    const id = this.#takeId();
    this.#entries.set(process.pid, { id, said: process, batch: this.#batch });
    return { id, isNew: true };
  }

  #takeId(): number {
    const oldestFree = this.#free[0];
    if (oldestFree !== undefined && oldestFree.batch < this.#batch) {
      this.#free.shift();
      return oldestFree.id;
    }
    if (this.#nextId < this.#capacity) return this.#nextId++;
    const [oldest] = this.#entries;
    if (oldest === undefined || oldest[1].batch === this.#batch) {
      throw tooLarge('processes.definitions', `more than ${this.#capacity} processes in one batch`);
    }
    this.#entries.delete(oldest[0]);
    return oldest[1].id;
  }
}
