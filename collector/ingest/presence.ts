// In: signs of life of all nodes. Out: now and then one write for all of them.
import type { Clock } from '../../shared/clock.ts';
import type { NodeStore } from '../store/store.ts';

/** A node counts as silent after 30 s. A write for each of thousands of nodes is what it costs. */
const flushEveryMs = 5_000;

export class Presence {
  readonly #store: Pick<NodeStore, 'touchNodes'>;
  readonly #clock: Clock;
  readonly #onError: (error: unknown) => void;
  #seen = new Map<string, number>();
  #cancel: (() => void) | null = null;

  constructor(store: Pick<NodeStore, 'touchNodes'>, clock: Clock, onError: (error: unknown) => void) {
    this.#store = store;
    this.#clock = clock;
    this.#onError = onError;
  }

  seen(node: string): void {
    this.#seen.set(node, this.#clock.now());
    this.#cancel ??= this.#clock.after(flushEveryMs, () => void this.flush());
  }

  async flush(): Promise<void> {
    this.#cancel?.();
    this.#cancel = null;
    const seen = this.#seen;
    this.#seen = new Map();
    if (seen.size === 0) return;
    try {
      await this.#store.touchNodes(seen);
    } catch (error) {
      this.#onError(error);
    }
  }
}
