// In: the collector's clocks, and by which time data aged when it ran last. Out: the time by which data ages now.
//
// It follows the wall clock, but goes at most twice as fast as the collector runs: a wall clock that is set years ahead
// ages nothing by years, and whoever sees it within a day has lost a day of the oldest. After a pause it lags; no more is kept
// for that than was there before the pause.
import type { Clock } from '../../../shared/clock.ts';

const fastest = 2;

export class RetentionClock {
  readonly #clock: Clock;
  #reachedMs: number;
  #lookedMs: number;

  /** `reachedMs`: where it was when it was noted; it never goes back behind that. */
  constructor(clock: Clock, reachedMs: number) {
    this.#clock = clock;
    this.#reachedMs = reachedMs;
    this.#lookedMs = clock.monotonic();
  }

  /** To be noted, for the next start. */
  get reachedMs(): number {
    return this.#reachedMs;
  }

  now(): number {
    const wallMs = this.#clock.now();
    const ranMs = this.#clock.monotonic() - this.#lookedMs;
    this.#lookedMs += ranMs;
    this.#reachedMs = Math.max(this.#reachedMs, Math.min(wallMs, this.#reachedMs + fastest * ranMs));
    return Math.min(wallMs, this.#reachedMs);
  }
}
