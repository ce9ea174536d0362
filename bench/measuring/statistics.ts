// Figures about figures. In: measurements. Out: their trend, their middle and how sure it is.
import { median } from './stopwatch.ts';

/** Least squares: by how much the values rise from one to the next. */
export function slope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let product = 0;
  let square = 0;
  for (const [index, value] of values.entries()) {
    product += (index - middle) * (value - mean);
    square += (index - middle) ** 2;
  }
  return square === 0 ? Number.NaN : product / square;
}

export interface MedianInterval {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

const confidence = 0.95;

/**
 * The median and the interval that holds it with at least 95 %, from the order of the values alone: nothing is supposed
 * about how they are spread. With fewer than 6 values it is the whole range, and less sure.
 */
export function medianInterval(values: readonly number[]): MedianInterval {
  const sorted = values.toSorted((a, b) => a - b);
  let rank = 0;
  // P(fewer than rank + 1 values lie below the median), on both sides.
  while (2 * binomialUpTo(rank, sorted.length) <= 1 - confidence) rank += 1;
  const low = sorted[Math.max(0, rank - 1)] ?? Number.NaN;
  const high = sorted[sorted.length - Math.max(1, rank)] ?? Number.NaN;
  return { median: median(sorted), low, high };
}

/** P(X ≤ k) of n fair coins. */
function binomialUpTo(k: number, n: number): number {
  let probability = 0.5 ** n;
  let sum = 0;
  for (let heads = 0; heads <= k; heads += 1) {
    sum += probability;
    probability = (probability * (n - heads)) / (heads + 1);
  }
  return sum;
}
