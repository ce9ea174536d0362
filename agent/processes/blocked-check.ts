// Decides when to look for processes that began to wait uninterruptibly: they use no CPU time, so nothing else shows.
// In: how many tasks the kernel counts as waiting for storage, how many such processes are known. Out: whether all
// processes should be read. Some of the waiting are never found, as they are threads beside a first one that does not
// wait: that many are then expected, and searching in vain becomes rarer.

const firstPauseMs = 5_000;
const longestPauseMs = 60_000;

export class BlockedCheck {
  #expected = 0;
  #isSecondLook = false;
  #pauseMs = firstPauseMs;
  #nextSearchMs = Number.NEGATIVE_INFINITY;

  /** True when more have waited at two looks in a row than are known. */
  isSearchDue(blocked: number, known: number, nowMs: number): boolean {
    const unknown = Math.max(0, blocked - known);
    // NaN compares as false: where the kernel does not count, nothing is searched.
    if (unknown < this.#expected) this.#expected = unknown;
    const isMore = unknown > this.#expected;
    const isDue = isMore && this.#isSecondLook && nowMs >= this.#nextSearchMs;
    this.#isSecondLook = isMore;
    return isDue;
  }

  /** After all were read. */
  accept(blocked: number, known: number, nowMs: number): void {
    const unknown = Math.max(0, blocked - known);
    this.#pauseMs = unknown > this.#expected ? Math.min(longestPauseMs, this.#pauseMs * 2) : firstPauseMs;
    this.#expected = unknown;
    this.#isSecondLook = false;
    this.#nextSearchMs = nowMs + this.#pauseMs;
  }
}
