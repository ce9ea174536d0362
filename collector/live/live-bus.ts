// In: what has just changed, by name only. Out: the same to every subscriber, and the recent past to one who was away.
// Who wants to show a change asks the query layer for its present state.
//
// Invariants: ids grow by one; at most `capacity` changes are remembered.

export type Change =
  | { readonly kind: 'node'; readonly node: string }
  /** New samples of a node are stored up to this time, ms since the Unix epoch. */
  | { readonly kind: 'tick'; readonly node: string; readonly timeMs: number }
  | { readonly kind: 'profile'; readonly id: string }
  /** `whose`: the users to whom it was told. */
  | { readonly kind: 'profile-deleted'; readonly id: string; readonly whose?: readonly string[] }
  | { readonly kind: 'command'; readonly id: string };

export interface NumberedChange {
  readonly id: number;
  readonly change: Change;
}

export type ChangeListener = (numbered: NumberedChange) => void;

export class LiveBus {
  readonly #listeners = new Set<ChangeListener>();
  readonly #recent: NumberedChange[] = [];
  readonly #capacity: number;
  #lastId = 0;

  constructor(capacity = 1000) {
    this.#capacity = capacity;
  }

  publish(change: Change): void {
    const numbered = { id: ++this.#lastId, change };
    this.#recent.push(numbered);
    if (this.#recent.length > this.#capacity) this.#recent.shift();
    for (const listener of this.#listeners) listener(numbered);
  }

  /** Returns the function that ends the subscription. */
  subscribe(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What came after `id`; null when some of it is already forgotten and the reader must start afresh. */
  since(id: number): readonly NumberedChange[] | null {
    if (id > this.#lastId) return null;
    const oldest = this.#recent[0]?.id ?? this.#lastId + 1;
    if (id < oldest - 1) return null;
    return this.#recent.filter((numbered) => numbered.id > id);
  }
}
