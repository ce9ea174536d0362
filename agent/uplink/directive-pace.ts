// How many directives are taken in a second: a collector that has gone wrong, or was stolen, must not keep the node busy
// with refusing them. In: each one that came. Out: a pause of the call when they were many; more wait with their sender.
import type { Clock } from '../../shared/clock.ts';

/** A chunk that is there already may hold some more. */
const mostInSpan = 64;
const spanMs = 1_000;

export interface PausedCall {
  pause(): void;
  resume(): void;
}

export class DirectivePace {
  readonly #clock: Clock;
  readonly #call: PausedCall;
  #sinceMs = Number.NEGATIVE_INFINITY;
  #count = 0;
  #cancelPause: (() => void) | null = null;

  constructor(clock: Clock, call: PausedCall) {
    this.#clock = clock;
    this.#call = call;
  }

  took(): void {
    const nowMs = this.#clock.monotonic();
    if (nowMs - this.#sinceMs >= spanMs) {
      this.#sinceMs = nowMs;
      this.#count = 0;
    }
    this.#count += 1;
    if (this.#count < mostInSpan || this.#cancelPause !== null) return;
    this.#call.pause();
    this.#cancelPause = this.#clock.after(spanMs, () => {
      this.#cancelPause = null;
      this.#call.resume();
    });
  }

  stop(): void {
    this.#cancelPause?.();
  }
}
