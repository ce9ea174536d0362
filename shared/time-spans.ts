// Stretches of time as pairs of numbers: [from, to, from, to, …], ms, both ends included, in order and apart from each other.
// Plain arrays: a collector keeps them for a hundred thousand jobs.

export type Spans = readonly number[];

/** Adds a stretch in place; what lies no further than `joinMs` from it becomes one with it. */
export function addSpan(
  spans: number[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  joinMs = 0,
): void {
  const last = spans.length - 2;
  // Time goes on: nearly always it is the last one that grows.
  if (last >= 0 && fromMs >= (spans[last] ?? 0) && fromMs - joinMs <= (spans[last + 1] ?? 0)) {
    if (toMs > (spans[last + 1] ?? 0)) spans[last + 1] = toMs;
    return;
  }
  let [low, high] = [fromMs, toMs];
  let place = 0;
  while (place < spans.length && (spans[place + 1] ?? 0) + joinMs < low) place += 2;
  let end = place;
  while (end < spans.length && (spans[end] ?? 0) <= high + joinMs) {
    low = Math.min(low, spans[end] ?? low);
    high = Math.max(high, spans[end + 1] ?? high);
    end += 2;
  }
  spans.splice(place, end - place, low, high);
}

/** What of them lies between the two times. */
export function cutSpans(spans: Spans, fromMs: number, toMs: number): number[] {
  const found: number[] = [];
  for (let place = 0; place < spans.length; place += 2) {
    const low = Math.max(fromMs, spans[place] ?? 0);
    const high = Math.min(toMs, spans[place + 1] ?? 0);
    if (low <= high) found.push(low, high);
  }
  return found;
}
