// In: the store's folder. Out: what is to be compacted now, and its doing. Lives as long as the writer does: it remembers the
// last samples of counters, and which days have not changed since it looked.
import type { Partition } from '../partitions/tier.ts';
import type { YieldTurn } from '../turns.ts';
import { compactHour } from './compact-hour.ts';
import { CounterTails } from './counter-tails.ts';
import { type DueOptions, type DueWork, dueWork, writtenMs } from './due-work.ts';
import type { LostChunk } from './hot-group.ts';
import { rollUpDay } from './roll-up-day.ts';

/** Told of samples whose bytes have changed. */
export type DeclareLost = (lost: readonly LostChunk[]) => Promise<void>;

export interface Compacted {
  /** Samples that were written to a raw file. */
  readonly samples: number;
  /** Ticks and snapshots that were left out, because there was one of that time before. */
  readonly doubles: number;
}

export class Compactor {
  readonly #root: string;
  readonly #tails = new CounterTails();
  /** Days that had not changed, and when their files were written last. */
  readonly #settled = new Map<string, number>();

  constructor(root: string) {
    this.#root = root;
  }

  /** Oldest hours first, then days. What has begun is to be done before this is asked again. */
  due(options: DueOptions): readonly DueWork[] {
    return dueWork(this.#root, options).filter(
      ({ kind, partition }) =>
        kind === 'hour' || this.#settled.get(partition.path) !== writtenMs(this.#root, partition),
    );
  }

  /**
   * It refuses, with an error that `isDamage` knows, a file that is damaged as a whole: the hot one, or one of those into
   * which it goes. Once that is set aside it can be done again.
   */
  async run(
    { kind, partition }: DueWork,
    yieldTurn: YieldTurn,
    declareLost: DeclareLost = async () => {},
  ): Promise<Compacted> {
    if (kind === 'day') {
      await declareLost(await this.#runDay(partition, yieldTurn));
      return { samples: 0, doubles: 0 };
    }
    const options = { root: this.#root, tails: this.#tails, yieldTurn, declareLost };
    const { samples, doubles } = await compactHour(partition, options);
    return { samples, doubles };
  }

  async #runDay(partition: Partition, yieldTurn: YieldTurn): Promise<readonly LostChunk[]> {
    const lost = await rollUpDay(partition, { root: this.#root, yieldTurn });
    this.#settled.set(partition.path, writtenMs(this.#root, partition));
    return lost ?? [];
  }
}
