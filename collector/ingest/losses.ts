// Losses that the collector itself declares. In: what an agent can no longer send, what it sent and may not enter, a
// buffer that began anew. Out: one gap each in the store, before the agent is told that it need not wait for it.
import type { Clock } from '../../shared/clock.ts';
import type { DataClass, Gap, Held, Position, Sender, SequenceRange } from '../../shared/model/delivery.ts';
import type { BatchStore } from '../store/store.ts';
import type { Receipts } from './receipts.ts';
import { countUp, type IngestStatistics } from './statistics.ts';
import { storeTrouble } from './store-trouble.ts';

export interface LossDeps {
  readonly store: Pick<BatchStore, 'declareLost' | 'newestTimes'>;
  readonly statistics: IngestStatistics;
  readonly storing: (error: unknown) => void;
  readonly clock: Clock;
}

export interface Extent {
  /** Items; 0 when nobody can know. */
  readonly count: number;
  readonly fromTimeMs: number;
  readonly toTimeMs: number;
}

/** The collector's own numbers of a node's restarts; no buffer of an agent has this id. */
export const restartSpoolId = '00000000-0000-0000-0000-000000000000';

export class Losses {
  readonly #deps: LossDeps;
  readonly #sender: Sender;
  readonly #receipts: Receipts;

  constructor(deps: LossDeps, sender: Sender, receipts: Receipts) {
    this.#deps = deps;
    this.#sender = sender;
    this.#receipts = receipts;
  }

  /** A batch that may not enter. */
  refused({ dataClass, sequence }: Position, extent: Extent): Promise<void> {
    return this.#declare(dataClass, { from: sequence, to: sequence }, { ...extent, reason: 'refused' });
  }

  /** Whether numbers are missing that the agent's buffer no longer holds. */
  isMissing({ dataClass, first }: Held): boolean {
    return this.#receipts.missing(dataClass, { from: 1, to: first - 1 }).length > 0;
  }

  /** Lost after what is stored, and before now: nobody knows better. */
  async notHeld({ dataClass, first }: Held): Promise<void> {
    const missing = this.#receipts.missing(dataClass, { from: 1, to: first - 1 });
    const [from, to] = [missing[0]?.from, missing.at(-1)?.to];
    if (from === undefined || to === undefined) return;
    const { store, storing, clock } = this.#deps;
    const newest = await storeTrouble(storing, () => store.newestTimes(this.#sender.node));
    const toTimeMs = clock.now();
    const fromTimeMs = Math.min(newest.get(dataClass) ?? toTimeMs, toTimeMs);
    await this.#declare(dataClass, { from, to }, { count: 0, fromTimeMs, toTimeMs, reason: 'not-held' });
  }

  /**
   * The buffer began anew, and what was in the old one is gone. The time up to which the old one's data are stored
   * counts as the number of this loss, so that it is declared once however often the buffer begins anew there.
   */
  restarted(lastStoredMs: number, toTimeMs: number): Promise<void> {
    const gap = { count: 0, fromTimeMs: lastStoredMs, toTimeMs, reason: 'restart' };
    const sender = { node: this.#sender.node, spoolId: restartSpoolId };
    return this.#store(sender, 'metric', { from: 1, to: Math.trunc(lastStoredMs) }, gap);
  }

  async #declare(
    dataClass: DataClass,
    sequences: SequenceRange,
    gap: Omit<Gap, 'dataClass' | 'sequences'>,
  ): Promise<void> {
    await this.#store(this.#sender, dataClass, sequences, gap);
    this.#receipts.add(dataClass, sequences);
  }

  async #store(
    sender: Sender,
    dataClass: DataClass,
    sequences: SequenceRange,
    gap: Omit<Gap, 'dataClass' | 'sequences'>,
  ): Promise<void> {
    const { store, statistics, storing } = this.#deps;
    await storeTrouble(storing, () => store.declareLost(sender, { ...gap, dataClass, sequences }));
    countUp(statistics.declared, gap.reason);
  }
}
