// What of one class goes out next on one connection. In: what waits when it opens, what was sent since. Out: batches:
// first what is new, in order; then the backlog, its newest piece first, each piece in order. Where one batch goes on
// where another one ended, as reports of a command do, everything goes out in order.
//
// Invariants: a number is handed out once; at the collector no more ranges arise than there were, and two.
import type { SentBatch } from '../../shared/model/batch.ts';
import type { DataClass, SequenceRange, StoredPosition } from '../../shared/model/delivery.ts';
import type { Spool } from '../spool/spool.ts';

/** Of the 32 that a message holds. With more of them everything goes out in order, which makes them fewer. */
const manyRanges = 16;

export class SendPlan {
  readonly #spool: Spool;
  readonly #dataClass: DataClass;
  /** Oldest first; the last one is being sent. */
  readonly #backlog: SequenceRange[];
  /** The newest number that was sent of what is new. */
  #reached: number;

  constructor(
    spool: Spool,
    { dataClass, beyond }: StoredPosition,
    { isOrdered }: { readonly isOrdered: boolean },
  ) {
    this.#spool = spool;
    this.#dataClass = dataClass;
    const pending = spool.pending(dataClass);
    const isAllInOrder = isOrdered || beyond.length > manyRanges;
    this.#backlog = isAllInOrder ? [] : [...pending];
    const first = isAllInOrder ? pending[0]?.from : undefined;
    this.#reached = (first ?? spool.held(dataClass).next) - 1;
  }

  get hasBacklog(): boolean {
    return this.#backlog.length > 0;
  }

  takeNew(limit: number): readonly SentBatch[] {
    if (limit <= 0) return [];
    const batches = this.#spool.after(this.#dataClass, this.#reached, { batches: limit });
    this.#reached = batches.at(-1)?.sequence ?? this.#reached;
    return batches;
  }

  takeOld(limit: number): readonly SentBatch[] {
    if (limit <= 0) return [];
    for (let piece = this.#backlog.at(-1); piece !== undefined; piece = this.#backlog.at(-1)) {
      const { from, to } = piece;
      const batches = this.#spool.after(this.#dataClass, from - 1, { batches: limit, upTo: to });
      const last = batches.at(-1)?.sequence ?? to;
      this.#backlog.pop();
      if (last < to) this.#backlog.push({ from: last + 1, to });
      if (batches.length > 0) return batches;
    }
    return [];
  }
}
