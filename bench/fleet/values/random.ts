// Numbers that look like chance and are the same for the same seed on every machine: mulberry32.

export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** From 0 to 1, 1 not included. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** A whole number from 0 to count - 1. */
  below(count: number): number {
    return Math.floor(this.next() * count);
  }

  /** Near enough to the normal distribution with mean 0 and deviation 1. */
  bell(): number {
    return (this.next() + this.next() + this.next() + this.next() - 2) * 1.732;
  }

  /** Waiting time of something that comes at random, mean 1. */
  waiting(): number {
    return -Math.log(1 - this.next());
  }

  pick<T>(items: readonly T[], fallback: T): T {
    return items[this.below(items.length)] ?? fallback;
  }

  /** Place of a weight, chosen by weight. */
  weighted(weights: readonly number[]): number {
    let left = this.next() * weights.reduce((sum, weight) => sum + weight, 0);
    for (const [place, weight] of weights.entries()) {
      left -= weight;
      if (left < 0) return place;
    }
    return 0;
  }
}

/** A seed of its own for each of several things. */
export function seedOf(...parts: readonly number[]): number {
  let seed = 0x9e3779b9;
  for (const part of parts) seed = Math.imul(seed ^ (part + 0x7f4a7c15), 0x85ebca6b) ^ (seed >>> 13);
  return seed | 0;
}
