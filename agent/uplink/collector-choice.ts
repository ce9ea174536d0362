// Which of several collectors an agent speaks to. In: their addresses, the first one preferred; which of them let it down.
// Out: the one of now; after a while at another one, a try whether the first is back.
//
// Invariants: one collector at a time, and as long as it answers the same one; the first is left for another only when it
// did not answer, and taken again only when it does.
import type { Clock } from '../../shared/clock.ts';

export interface CollectorChoiceOptions {
  /** HOST:PORT, one at least. */
  readonly collectors: readonly string[];
  readonly clock: Clock;
  /** Whether an agent would be let in there, asked without leaving the collector of now. */
  readonly probe: (collector: string) => Promise<boolean>;
  /** The first is back, and chosen. */
  readonly returned: () => void;
  readonly returnAfterMs?: number;
  readonly random?: () => number;
}

/** Those that left together do not come back together. */
const usualReturnMs = 10 * 60_000;

export class CollectorChoice {
  readonly #options: CollectorChoiceOptions;
  #index = 0;
  #changes = 0;
  #cancelProbe: () => void = () => undefined;

  constructor(options: CollectorChoiceOptions) {
    this.#options = options;
  }

  get current(): string {
    return this.#options.collectors[this.#index] ?? '';
  }

  /** How often another one was taken. */
  get changes(): number {
    return this.#changes;
  }

  /** An attempt to speak to this collector came to nothing. */
  failed(collector: string): void {
    const { collectors } = this.#options;
    if (collector !== this.current || collectors.length < 2) return;
    this.#take((this.#index + 1) % collectors.length);
    if (this.#index === 0) this.#cancelProbe();
    else this.#probeLater();
  }

  stop(): void {
    this.#cancelProbe();
  }

  #take(index: number): void {
    this.#index = index;
    this.#changes += 1;
  }

  #probeLater(): void {
    const { clock, returnAfterMs = usualReturnMs, random = Math.random } = this.#options;
    this.#cancelProbe();
    this.#cancelProbe = clock.after(returnAfterMs * (1 + random() / 2), () => void this.#tryFirst());
  }

  async #tryFirst(): Promise<void> {
    const { collectors, probe, returned } = this.#options;
    const isBack = await probe(collectors[0] ?? '');
    if (this.#index === 0) return;
    if (!isBack) return this.#probeLater();
    this.#take(0);
    returned();
  }
}
