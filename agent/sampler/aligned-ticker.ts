// Ticks at whole multiples of the interval on the wall clock, so that all nodes measure at the same moments.
// In: a clock. Out: one call per tick, never two at once. A tick that cannot begin within a quarter of the interval is
// skipped and counted: a late measurement under an early time would be a wrong one. A step of the wall clock is not a
// missed tick; the ticks align anew.
// Invariants: `owedMs` is the tick that comes next; at most one timer is armed.
import type { Clock } from '../../shared/clock.ts';
import type { Logger } from '../../shared/log.ts';

/** Slewing by NTP stays below this within the longest interval. */
const stepMs = 200;
const latestShare = 0.25;

export interface TickerOptions {
  readonly clock: Clock;
  /** Divides a minute. */
  readonly intervalMs: number;
  readonly log: Logger;
  readonly onTick: (timeMs: number) => Promise<void>;
}

export class AlignedTicker {
  readonly #options: TickerOptions;
  #spacingMs: number;
  #cancelTimer: (() => void) | null = null;
  #running: Promise<void> | null = null;
  #stopped = true;
  #owedMs = 0;
  /** Wall clock minus monotonic clock when the timer was armed last. */
  #offsetMs = 0;
  #missedTicks = 0;

  constructor(options: TickerOptions) {
    this.#options = options;
    this.#spacingMs = options.intervalMs;
  }

  get intervalMs(): number {
    return this.#spacingMs;
  }

  /** Another spacing, from the tick after the one that is under way or due. */
  set intervalMs(intervalMs: number) {
    this.#spacingMs = intervalMs;
  }

  /** Ticks that were due and not made. */
  get missed(): number {
    return this.#missedTicks;
  }

  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    // A tick of an earlier life may still be under way; it arms the timer when it ends.
    if (this.#running !== null) return;
    const { clock } = this.#options;
    this.#offsetMs = clock.now() - clock.monotonic();
    this.#owedMs = this.#nextAfter(clock.now());
    this.#arm();
  }

  /** No tick begins after this; resolves when the one under way has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    await this.#running;
  }

  #nextAfter(timeMs: number): number {
    return (Math.floor(timeMs / this.#spacingMs) + 1) * this.#spacingMs;
  }

  #arm(): void {
    const { clock } = this.#options;
    const now = clock.now();
    const next = this.#nextAfter(now);
    const offset = now - clock.monotonic();
    const step = offset - this.#offsetMs;
    this.#offsetMs = offset;
    if (Math.abs(step) >= stepMs) {
      this.#options.log.warn({ stepMs: Math.round(step) }, 'the wall clock stepped; ticks align anew');
    } else if (next > this.#owedMs) {
      this.#missedTicks += Math.round((next - this.#owedMs) / this.#spacingMs);
    }
    this.#owedMs = next;
    this.#cancelTimer = clock.after(Math.max(1, next - now), () => this.#fire());
  }

  #fire(): void {
    this.#cancelTimer = null;
    const lateMs = this.#options.clock.now() - this.#owedMs;
    // Timers may come a little early; after a step they come at any time.
    if (lateMs < 0 || lateMs > this.#spacingMs * latestShare) {
      this.#arm();
      return;
    }
    this.#running = this.#tick(this.#owedMs);
  }

  /** What `onTick` throws is a bug and ends the program. */
  async #tick(timeMs: number): Promise<void> {
    await this.#options.onTick(timeMs);
    this.#running = null;
    this.#owedMs = this.#nextAfter(timeMs);
    if (!this.#stopped) this.#arm();
  }
}
