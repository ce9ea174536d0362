// The signs of life of one stream: the collector answers each with its clock, and with the receipts that waited. In: that
// something else goes out. Out: one sign with it when the last is old enough, or alone when nothing went for long: a node
// that wakes for its tick need not wake again.
import type { Clock } from '../../shared/clock.ts';

export interface HeartbeatOptions {
  readonly clock: Clock;
  /** How old the last one is when the next goes with something else; a third more, and it goes alone. */
  readonly everyMs: number;
  /** False: this stream has none. */
  readonly send: () => boolean;
}

export class Heartbeats {
  readonly #options: HeartbeatOptions;
  #sentMs = Number.POSITIVE_INFINITY;
  #cancelTimer: () => void = () => undefined;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  /** One now. */
  beat(): void {
    const { clock, everyMs, send } = this.#options;
    this.#cancelTimer();
    if (!send()) return;
    this.#sentMs = clock.monotonic();
    this.#cancelTimer = clock.after((everyMs * 4) / 3, () => this.beat());
  }

  /** Something else goes out. */
  join(): void {
    const { clock, everyMs } = this.#options;
    if (clock.monotonic() - this.#sentMs >= everyMs) this.beat();
  }

  stop(): void {
    this.#cancelTimer();
    this.#sentMs = Number.POSITIVE_INFINITY;
  }
}
