// How often an address has failed to prove what it claims. In: addresses, the monotonic time. Out: whether one is locked out.
//
// Invariant: so many addresses are remembered at most; the one that failed longest ago makes room.

export interface FailedProofsOptions {
  readonly perMinute: number;
  readonly lockedMs: number;
  readonly addresses: number;
}

export const usualFailedProofs: FailedProofsOptions = { perMinute: 20, lockedMs: 60_000, addresses: 10_000 };

interface Failures {
  count: number;
  /** When the minute began. */
  sinceMs: number;
  lockedUntilMs: number;
}

const minuteMs = 60_000;

export class FailedProofs {
  readonly #options: FailedProofsOptions;
  /** In the order of their last failure. */
  readonly #failures = new Map<string, Failures>();
  /** Addresses that made room for others. */
  forgotten = 0;

  constructor(options: FailedProofsOptions = usualFailedProofs) {
    this.#options = options;
  }

  isLocked(address: string, nowMs: number): boolean {
    return (this.#failures.get(address)?.lockedUntilMs ?? 0) > nowMs;
  }

  /** True: with this one it is locked out. */
  failed(address: string, nowMs: number): boolean {
    const found = this.#failures.get(address);
    const isNew = found === undefined || nowMs - found.sinceMs >= minuteMs;
    const failures = isNew ? { count: 0, sinceMs: nowMs, lockedUntilMs: found?.lockedUntilMs ?? 0 } : found;
    failures.count += 1;
    this.#failures.delete(address);
    this.#failures.set(address, failures);
    this.#makeRoom();
    if (failures.count < this.#options.perMinute || failures.lockedUntilMs > nowMs) return false;
    failures.lockedUntilMs = nowMs + this.#options.lockedMs;
    return true;
  }

  /** How many addresses are locked out. */
  locked(nowMs: number): number {
    return [...this.#failures.values()].filter(({ lockedUntilMs }) => lockedUntilMs > nowMs).length;
  }

  #makeRoom(): void {
    if (this.#failures.size <= this.#options.addresses) return;
    const [oldest] = this.#failures.keys();
    if (oldest !== undefined && this.#failures.delete(oldest)) this.forgotten += 1;
  }
}
