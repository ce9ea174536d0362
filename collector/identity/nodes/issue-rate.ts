// How many certificates are issued: so many a second, and some at once after a pause. In: the monotonic time. Out: yes or no.

export interface IssueRateOptions {
  readonly perSecond: number;
  readonly atOnce: number;
}

/** A signature takes about a millisecond of the collector's main thread. */
const usualIssueRate: IssueRateOptions = { perSecond: 100, atOnce: 100 };

export class IssueRate {
  readonly #options: IssueRateOptions;
  #left: number;
  #sinceMs = 0;

  constructor(options: IssueRateOptions = usualIssueRate) {
    this.#options = options;
    this.#left = options.atOnce;
  }

  take(nowMs: number): boolean {
    const { perSecond, atOnce } = this.#options;
    const passedMs = Math.max(0, nowMs - this.#sinceMs);
    this.#left = Math.min(atOnce, this.#left + (passedMs / 1000) * perSecond);
    this.#sinceMs = nowMs;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
