// In: batches of impossible times, as they arrived. Out: the same in the store; a node with a wrong clock must not
// write more there than can be looked at, so what comes too fast is only counted.
import type { BatchStore, Quarantined } from '../store/store.ts';
import { countUp, type IngestStatistics } from './statistics.ts';

/** Batches that are being written at once. */
const maxUnderWay = 8;

export class Quarantine {
  readonly #store: Pick<BatchStore, 'quarantine'>;
  readonly #statistics: IngestStatistics;
  #underWay = 0;

  constructor(store: Pick<BatchStore, 'quarantine'>, statistics: IngestStatistics) {
    this.#store = store;
    this.#statistics = statistics;
  }

  put(batch: Quarantined): void {
    if (this.#underWay >= maxUnderWay) {
      countUp(this.#statistics.quarantined, 'dropped');
      return;
    }
    this.#underWay += 1;
    void this.#write(batch);
  }

  async #write(batch: Quarantined): Promise<void> {
    try {
      await this.#store.quarantine(batch);
      countUp(this.#statistics.quarantined, 'kept');
    } catch {
      // The store tells of its own trouble elsewhere; the loss itself is declared in any case.
      countUp(this.#statistics.quarantined, 'dropped');
    }
    this.#underWay -= 1;
  }
}
