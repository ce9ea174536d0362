// Keeps the agent's own CPU time within a budget. In: how much was used, asked at every tick. Out: the interval that
// ought to be in force. Above the budget it widens by one step; it narrows by one step once the projected cost has
// fitted well below the budget for several minutes. The first minute is not counted: starting costs more.
// Invariants: an interval is always one of `steps`; what was used is looked at in whole windows of one interval.
import type { Clock } from '../../shared/clock.ts';
import type { Logger } from '../../shared/log.ts';

/** Each divides a minute, so that ticks stay aligned between nodes with different intervals. */
const allIntervalsMs = [1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000];
const windowMs = 60_000;
/** Timers come a little late or early; a window of 59.9 s is one. */
const windowSlackMs = 500;
const wellBelow = 0.8;
const calmWindows = 3;
/** When a narrowing had to be taken back, the next one waits twice as long, at most so many windows. */
const mostCalmWindows = 48;

export interface CpuBudgetOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** The interval of the configuration: it is never narrower. */
  readonly intervalMs: number;
  /** % of one core, averaged over a minute. */
  readonly cpuPercent: number;
  /** CPU time that this program has used since start; children (nvidia-smi, systemctl) do not count: ticks are not theirs. */
  readonly usedMicroseconds: () => number;
}

export class CpuBudget {
  readonly #options: CpuBudgetOptions;
  readonly #steps: readonly number[];
  #step = 0;
  #windowStartMs = Number.NaN;
  #windowUsed = 0;
  #isFirstWindow = true;
  #calm = 0;
  #calmNeeded = calmWindows;
  #narrowedLast = false;
  #ratio = Number.NaN;
  #widened = 0;

  constructor(options: CpuBudgetOptions) {
    this.#options = options;
    this.#steps = [options.intervalMs, ...allIntervalsMs.filter((each) => each > options.intervalMs)];
  }

  get intervalMs(): number {
    return this.#steps[this.#step] ?? this.#options.intervalMs;
  }

  /** Used against allowed in the last whole window; NaN before there is one. */
  get ratio(): number {
    return this.#ratio;
  }

  get widenings(): number {
    return this.#widened;
  }

  /** At every tick. */
  look(): void {
    const { clock, usedMicroseconds } = this.#options;
    const now = clock.monotonic();
    if (Number.isNaN(this.#windowStartMs)) return this.#begin(now, usedMicroseconds());
    const elapsedMs = now - this.#windowStartMs;
    if (elapsedMs < windowMs - windowSlackMs) return;
    const used = usedMicroseconds();
    const spent = used - this.#windowUsed;
    this.#begin(now, used);
    if (this.#isFirstWindow) {
      this.#isFirstWindow = false;
      return;
    }
    this.#ratio = spent / (elapsedMs * 1000) / (this.#options.cpuPercent / 100);
    if (this.#ratio > 1) this.#widen();
    else this.#maybeNarrow();
  }

  #begin(now: number, used: number): void {
    this.#windowStartMs = now;
    this.#windowUsed = used;
  }

  #widen(): void {
    this.#calm = 0;
    if (this.#step === this.#steps.length - 1) return;
    if (this.#narrowedLast) this.#calmNeeded = Math.min(mostCalmWindows, this.#calmNeeded * 2);
    this.#narrowedLast = false;
    this.#step += 1;
    this.#widened += 1;
    this.#options.log.warn(
      this.#figures(),
      'the agent used more CPU than its budget: it measures less often',
    );
  }

  #maybeNarrow(): void {
    if (this.#step === 0) return;
    const narrower = this.#steps[this.#step - 1] ?? this.intervalMs;
    // As if all of the cost came with the ticks: the true one is not higher.
    const projected = (this.#ratio * this.intervalMs) / narrower;
    this.#calm = projected < wellBelow ? this.#calm + 1 : 0;
    if (this.#calm < this.#calmNeeded) return;
    this.#calm = 0;
    this.#narrowedLast = true;
    this.#step -= 1;
    this.#options.log.info(this.#figures(), 'the agent fits its CPU budget again: it measures more often');
  }

  #figures(): object {
    const { cpuPercent } = this.#options;
    const usedPercent = Number((this.#ratio * cpuPercent).toPrecision(3));
    return { usedPercent, allowedPercent: cpuPercent, intervalMs: this.intervalMs };
  }
}
