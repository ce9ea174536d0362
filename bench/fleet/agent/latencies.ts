// Many durations in little room. In: milliseconds. Out: quantiles, right to 3 %. What is beyond an hour counts as an hour.

const perDecade = 80;
const smallestMs = 0.01;
const buckets = perDecade * 9;

export class Latencies {
  readonly #counts = new Float64Array(buckets);
  #count = 0;
  #largest = 0;

  add(ms: number): void {
    const bucket = Math.floor(Math.log10(Math.max(smallestMs, ms) / smallestMs) * perDecade);
    const place = Math.min(buckets - 1, Math.max(0, bucket));
    this.#counts[place] = (this.#counts[place] ?? 0) + 1;
    this.#count += 1;
    this.#largest = Math.max(this.#largest, ms);
  }

  get count(): number {
    return this.#count;
  }

  /** NaN when there are none. */
  get largest(): number {
    return this.#count === 0 ? Number.NaN : this.#largest;
  }

  /** `share` 0 to 1; NaN when there are none. */
  quantile(share: number): number {
    if (this.#count === 0) return Number.NaN;
    let left = share * this.#count;
    for (let bucket = 0; bucket < buckets; bucket += 1) {
      left -= this.#counts[bucket] ?? 0;
      if (left <= 0) return Math.min(this.#largest, smallestMs * 10 ** ((bucket + 1) / perDecade));
    }
    return this.#largest;
  }

  clear(): void {
    this.#counts.fill(0);
    this.#count = 0;
    this.#largest = 0;
  }
}
