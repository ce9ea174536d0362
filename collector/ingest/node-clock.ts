// In: what a node says of its wall clock and of the time since its boot, with the moment when that came in. Out: when the
// node booted by the collector's clock, and by how much its times are to be corrected.
//
// A message arrives after it was sent, so of all differences between the collector's monotonic clock and the time since the
// node's boot the smallest is nearest to the truth; those of the last minutes count. Only then it is told by the
// collector's wall clock as it is now: when that is set, the moment of boot moves with it at once.
import { correctedOffsetMs, notableOffsetMs } from '../../shared/model/clock-offset.ts';

const windowMs = 5 * 60_000;

export interface ClockSign {
  /** Wall clock of the node, ms since the Unix epoch. */
  readonly sentTimeMs: number;
  /** ms since the node's boot; 0 when not known. */
  readonly bootTimeMs: number;
}

/** The collector's clocks at one moment. */
export interface Received {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

export class NodeClock {
  #windowBeganMs = Number.NEGATIVE_INFINITY;
  /** Smallest of the present window and of the one before it. */
  #smallest = Number.POSITIVE_INFINITY;
  #smallestBefore = Number.POSITIVE_INFINITY;
  /** Wall clock of the collector less its monotonic one. */
  #wallAheadMs = 0;
  #offsetMs: number | null = null;

  learn({ sentTimeMs, bootTimeMs }: ClockSign, { wallMs, monotonicMs }: Received): void {
    if (bootTimeMs === 0) return;
    if (monotonicMs - this.#windowBeganMs > windowMs) {
      this.#windowBeganMs = monotonicMs;
      this.#smallestBefore = this.#smallest;
      this.#smallest = Number.POSITIVE_INFINITY;
    }
    this.#smallest = Math.min(this.#smallest, monotonicMs - bootTimeMs);
    this.follow({ wallMs, monotonicMs });
    this.#offsetMs = sentTimeMs - bootTimeMs - this.#bootMs;
  }

  /** Before times are corrected: the collector's wall clock may have been set since the node was heard. */
  follow({ wallMs, monotonicMs }: Received): void {
    this.#wallAheadMs = wallMs - monotonicMs;
  }

  /** Wall clock of the node less that of the collector, ms; null when not known. */
  get offsetMs(): number | null {
    return this.#offsetMs;
  }

  /** When the node booted, by the collector's clock; null when not known. */
  get bootMs(): number | null {
    return Number.isFinite(this.#bootMs) ? this.#bootMs : null;
  }

  /**
   * What to add to times of a clock by which the node booted at that moment, ms.
   *
   * A clock that is far off is corrected by whole seconds. Whatever a wrong clock measured is moved by some
   * milliseconds besides, which say how wrong it was: when it is set back, it tells times that it has told before, and
   * of two ticks of one time only one is kept.
   */
  correctionMs(bootedMs: number | null): number {
    const { bootMs } = this;
    if (bootedMs === null || bootMs === null) return 0;
    const wrongMs = bootMs - bootedMs;
    if (Math.abs(wrongMs) <= notableOffsetMs) return 0;
    const wrongSeconds = Math.round(wrongMs / 1000);
    const markMs = 1 + (Math.abs(wrongSeconds) % 997);
    return Math.abs(wrongMs) > correctedOffsetMs ? wrongSeconds * 1000 + markMs : markMs;
  }

  get #bootMs(): number {
    return Math.min(this.#smallest, this.#smallestBefore) + this.#wallAheadMs;
  }
}
