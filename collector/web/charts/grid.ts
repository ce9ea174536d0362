// Series on one shared time grid. In: series of the API, a window and a step. Out: columns of equal length in which
// null is a gap, also where the answer has no sample at all. Pure.
import type { MetricSeries } from '../../../shared/api/metric.ts';

export type Column = readonly (number | null)[];

export interface GridSeries {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly values: Column;
}

export interface Grid {
  readonly times: readonly number[];
  readonly series: readonly GridSeries[];
}

const pleasantSteps = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600,
] as const;

/** Spacing for about `points` samples: a pleasant number of seconds that is a whole multiple of the interval. */
export function chooseStep(rangeSeconds: number, intervalSeconds: number, points: number): number {
  const interval = Math.max(1, Math.round(intervalSeconds));
  const wanted = Math.max(interval, rangeSeconds / points);
  const pleasant = pleasantSteps.find((step) => step >= wanted && step % interval === 0);
  return pleasant ?? Math.ceil(wanted / interval) * interval;
}

/** All whole multiples of the step within the window. */
export function gridTimes(from: number, to: number, step: number): number[] {
  const times: number[] = [];
  const first = Math.ceil(from / step);
  const last = Math.floor(to / step);
  for (let index = first; index <= last; index += 1) times.push(index * step);
  return times;
}

export function toGrid(series: readonly MetricSeries[], times: readonly number[], step: number): Grid {
  return {
    times,
    series: series.map(({ metric, labels, samples }) => ({
      metric,
      labels,
      values: toColumn(samples, times, step),
    })),
  };
}

function toColumn(samples: MetricSeries['samples'], times: readonly number[], step: number): Column {
  const first = times[0];
  const column = Array.from<number | null>({ length: times.length }).fill(null);
  if (first === undefined) return column;
  for (const [time, value] of samples) {
    const index = Math.round((time - first) / step);
    if (index >= 0 && index < column.length) column[index] = value;
  }
  return column;
}
