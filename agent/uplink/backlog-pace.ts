// How fast a backlog is sent. In: the time, how long receipts take. Out: how many batches may go now.
//
// A few go at once: a short interruption is made up for in no time. Then the pace is bounded, so that neither this node's
// CPU budget nor the collector is spent on the past: it falls by half when receipts take long, as they do when thousands
// of nodes come back at once, and rises slowly again.
import type { Clock } from '../../shared/clock.ts';

export interface PaceLimits {
  /** Batches that may go at once. */
  readonly burst: number;
  /** Batches per second, whatever happens. */
  readonly least: number;
  readonly most: number;
}

/** At one tick in five seconds, twice what is measured meanwhile is 0.8 batches a second. */
export const usualPace: PaceLimits = { burst: 48, least: 1, most: 8 };

const longMs = 1_000;
const rise = 1.1;

export class BacklogPace {
  readonly #clock: Clock;
  readonly #limits: PaceLimits;
  #perSecond: number;
  #allowed: number;
  #countedMs: number;
  #slowedMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, limits: PaceLimits) {
    this.#clock = clock;
    this.#limits = limits;
    this.#perSecond = limits.most;
    this.#allowed = limits.burst;
    this.#countedMs = clock.monotonic();
  }

  /** Whole batches that may go now. */
  get allowed(): number {
    const nowMs = this.#clock.monotonic();
    const earned = ((nowMs - this.#countedMs) / 1000) * this.#perSecond;
    this.#allowed = Math.min(this.#limits.burst, this.#allowed + earned);
    this.#countedMs = nowMs;
    return Math.floor(this.#allowed);
  }

  /** ms until there is another one. */
  get pauseMs(): number {
    return Math.ceil(Math.max(0, ((1 - this.#allowed) / this.#perSecond) * 1000)) + 1;
  }

  sent(batches: number): void {
    this.#allowed -= batches;
  }

  /** A receipt came so long after its batch had been sent. */
  acknowledged(tookMs: number): void {
    const { least, most } = this.#limits;
    const nowMs = this.#clock.monotonic();
    if (tookMs <= longMs) this.#perSecond = Math.min(most, this.#perSecond * rise);
    // Receipts of what was sent before the last fall say nothing about the pace since.
    else if (nowMs - tookMs >= this.#slowedMs) {
      this.#perSecond = Math.max(least, this.#perSecond / 2);
      this.#slowedMs = nowMs;
    }
  }
}
