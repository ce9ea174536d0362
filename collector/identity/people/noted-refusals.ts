// How many refused logins are written into the audit log, which is kept for ever: strangers must not fill the disk with it. In: the
// monotonic time. Out: whether this one is written, and how many before it were not. All of them are counted at /metrics.

const perMinute = 60;
const minuteMs = 60_000;

export class NotedRefusals {
  #sinceMs = Number.NEGATIVE_INFINITY;
  #noted = 0;
  #omitted = 0;

  /** null: not this one. `omitted`: those that were not written since the last one that was. */
  note(nowMs: number): { readonly omitted?: number } | null {
    if (nowMs - this.#sinceMs >= minuteMs) {
      this.#sinceMs = nowMs;
      this.#noted = 0;
    }
    if (this.#noted >= perMinute) {
      this.#omitted += 1;
      return null;
    }
    this.#noted += 1;
    const omitted = this.#omitted;
    this.#omitted = 0;
    return omitted === 0 ? {} : { omitted };
  }
}
