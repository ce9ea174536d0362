// How sure a difference of two shares is that were counted in samples. In: hits of each. Out: the difference and the interval
// in which it lies with 95 % certainty: the hybrid score interval, which is right also for few samples.
// R. G. Newcombe, "Interval estimation for the difference between independent proportions", Statistics in Medicine 17
// (1998), method 10; the interval of one share is that of E. B. Wilson, JASA 22 (1927).

export interface Counted {
  readonly hits: number;
  readonly of: number;
}

export interface SharesDiffer {
  /** Share now less share before, -1 to 1. */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  /** True when the interval does not hold 0. */
  readonly isSure: boolean;
}

/** Of the normal distribution, two-sided 95 %. */
const z = 1.959_963_985;

export function shareInterval({ hits, of }: Counted): { readonly low: number; readonly high: number } {
  if (!(of > 0)) return { low: 0, high: 1 };
  const share = Math.min(1, Math.max(0, hits / of));
  const middle = share + (z * z) / (2 * of);
  const reach = z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of));
  const scale = 1 + (z * z) / of;
  return { low: Math.max(0, (middle - reach) / scale), high: Math.min(1, (middle + reach) / scale) };
}

export function differenceOfShares(now: Counted, before: Counted): SharesDiffer {
  if (!(now.of > 0) || !(before.of > 0)) return { difference: 0, low: -1, high: 1, isSure: false };
  const [p, q] = [now.hits / now.of, before.hits / before.of];
  const [a, b] = [shareInterval(now), shareInterval(before)];
  const difference = p - q;
  const low = difference - Math.hypot(p - a.low, b.high - q);
  const high = difference + Math.hypot(a.high - p, q - b.low);
  return { difference, low, high, isSure: low > 0 || high < 0 };
}
