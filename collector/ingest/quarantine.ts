// In: batches of impossible times, as they arrived. Out: the same to whoever keeps them; a node with a wrong clock must not
// write more there than can be looked at, so what comes too fast is only counted.
import type { DataClass } from '../../shared/model/delivery.ts';
import { countUp, type IngestStatistics } from './statistics.ts';

export interface QuarantinedBatch {
  readonly node: string;
  readonly dataClass: DataClass;
  /** When it came, ms since the Unix epoch. */
  readonly timeMs: number;
  readonly reason: string;
  /** The message, as it arrived. */
  readonly body: Uint8Array;
}

export type KeepQuarantined = (batch: QuarantinedBatch) => Promise<void>;

/** Batches that are being written at once. */
const maxUnderWay = 8;

export class Quarantine {
  readonly #keep: KeepQuarantined | null;
  readonly #statistics: IngestStatistics;
  #underWay = 0;

  constructor(keep: KeepQuarantined | null, statistics: IngestStatistics) {
    this.#keep = keep;
    this.#statistics = statistics;
  }

  put(batch: QuarantinedBatch): void {
    if (this.#keep === null || this.#underWay >= maxUnderWay) {
      countUp(this.#statistics.quarantined, 'dropped');
      return;
    }
    this.#underWay += 1;
    void this.#write(this.#keep, batch);
  }

  async #write(keep: KeepQuarantined, batch: QuarantinedBatch): Promise<void> {
    try {
      await keep(batch);
      countUp(this.#statistics.quarantined, 'kept');
    } catch {
      // The store tells of its own trouble elsewhere; the loss itself is declared in any case.
      countUp(this.#statistics.quarantined, 'dropped');
    }
    this.#underWay -= 1;
  }
}
