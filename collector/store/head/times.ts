// In: times in the order in which they came. Out: all of them, and whether one is among them.

export class Times {
  readonly all: number[] = [];
  newest = Number.NEGATIVE_INFINITY;
  isAscending = true;
  /** Only once they did not ascend. */
  #seen: Set<number> | undefined;

  has(timeMs: number): boolean {
    if (timeMs > this.newest) return false;
    if (timeMs === this.newest) return true;
    this.#seen ??= new Set(this.all);
    return this.#seen.has(timeMs);
  }

  add(timeMs: number): void {
    if (timeMs > this.newest) this.newest = timeMs;
    else this.isAscending = false;
    this.all.push(timeMs);
    this.#seen?.add(timeMs);
  }
}
