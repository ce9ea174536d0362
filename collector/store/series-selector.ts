// What names series: a metric, or those of its series that have some labels.
import type { Labels } from '../../shared/model/metric.ts';

export interface SeriesSelector {
  readonly metric: string;
  /** Only series that have all of these labels. */
  readonly match: Labels;
}

interface Named {
  readonly metric: string;
  readonly labels: Labels;
}

export function matches({ metric, labels }: Named, selector: SeriesSelector): boolean {
  if (metric !== selector.metric) return false;
  for (const name in selector.match) if (labels[name] !== selector.match[name]) return false;
  return true;
}

export function matchesAny(series: Named, selectors: readonly SeriesSelector[]): boolean {
  for (const selector of selectors) if (matches(series, selector)) return true;
  return false;
}
