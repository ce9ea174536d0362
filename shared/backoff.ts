// Delays between attempts: exponential with full jitter, so that many who failed together do not return together.

export interface BackoffOptions {
  readonly firstMs: number;
  readonly capMs: number;
  /** 0 to 1; injected by tests. */
  readonly random?: () => number;
}

export class Backoff {
  readonly #options: BackoffOptions;
  #attempt = 0;

  constructor(options: BackoffOptions) {
    this.#options = options;
  }

  /** Delay before the next attempt, ms: between firstMs and a ceiling that doubles up to capMs. */
  next(): number {
    const { firstMs, capMs, random = Math.random } = this.#options;
    const ceiling = Math.min(capMs, firstMs * 2 ** (this.#attempt + 1));
    this.#attempt = Math.min(this.#attempt + 1, 30);
    return firstMs + random() * Math.max(0, ceiling - firstMs);
  }

  /** Call after a success. */
  reset(): void {
    this.#attempt = 0;
  }
}
