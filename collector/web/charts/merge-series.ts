// In: the series that are there and a fresh answer for the end of the range. Out: both as one. Pure.
// What the fresh answer covers replaces what was there; what lies before the range is let go.
import type { MetricSeries } from '../../../shared/api/metric.ts';

export interface MergeRange {
  /** Begin of what is shown. */
  readonly keepFrom: number;
  /** Begin of what the fresh answer covers. */
  readonly freshFrom: number;
}

export function mergeSeries(
  old: readonly MetricSeries[],
  fresh: readonly MetricSeries[],
  { keepFrom, freshFrom }: MergeRange,
): readonly MetricSeries[] {
  const freshByKey = new Map(fresh.map((series) => [keyOf(series), series]));
  const merged: MetricSeries[] = [];
  for (const series of old) {
    const key = keyOf(series);
    const kept = series.samples.filter(([time]) => time >= keepFrom && time < freshFrom);
    const added = freshByKey.get(key)?.samples ?? [];
    freshByKey.delete(key);
    if (kept.length + added.length > 0) merged.push({ ...series, samples: [...kept, ...added] });
  }
  return [...merged, ...freshByKey.values()];
}

function keyOf({ metric, labels }: MetricSeries): string {
  return JSON.stringify([metric, Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))]);
}
