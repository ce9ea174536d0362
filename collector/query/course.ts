// In: nodes, a metric and a grid. Out: the course of each series over the grid, wide spacings bridged, gaps left open.
import type { BucketGrid, RolledSeries } from '../store/buckets.ts';
import { matches } from '../store/series-selector.ts';
import type { Store } from '../store/store.ts';
import { type Band, bandOf, valuesOf } from './bucket-values.ts';
import type { Aggregate } from './range.ts';
import { type RolledScope, readRolled } from './rolled-series.ts';
import { lastMs } from './sample-grid.ts';
import { bridgeWideSpacings, leadBuckets } from './wide-spacings.ts';

/** Series with some buckets before those of the grid. */
export interface Courses {
  readonly grid: BucketGrid;
  readonly lead: number;
  readonly series: readonly RolledSeries[];
}

/** For each selector. */
export async function readCourses(
  store: Pick<Store, 'rollUp'>,
  scope: RolledScope,
): Promise<readonly Courses[]> {
  const { grid, selectors } = scope;
  const lead = grid.count === 0 ? 0 : leadBuckets(grid.stepMs);
  const wider = { ...grid, firstMs: grid.firstMs - lead * grid.stepMs, count: grid.count + lead };
  const found = await readRolled(store, { ...scope, grid: wider });
  const series = lead === 0 ? found : found.filter((one) => hasSamples(one, lead));
  if (selectors.length === 1) return [{ grid, lead, series }];
  const ofMetric = Map.groupBy(series, ({ metric }) => metric);
  return selectors.map((selector) => {
    const own = ofMetric.get(selector.metric) ?? [];
    return { grid, lead, series: own.filter((one) => matches(one, selector)) };
  });
}

/** How many buckets to show: one that is still open and empty in all series is no gap, its time has not come. */
export function shownCount(courses: readonly Courses[], grid: BucketGrid, toMs: number): number {
  if (grid.count === 0 || lastMs(grid) <= toMs) return grid.count;
  const isFilled = courses.some(({ series, lead }) =>
    series.some(({ buckets }) => (buckets.counts[lead + grid.count - 1] ?? 0) > 0),
  );
  return isFilled ? grid.count : grid.count - 1;
}

export interface Course {
  readonly values: Float64Array;
  readonly band: Band | null;
}

export interface CourseOptions {
  readonly aggregate: Aggregate;
  readonly withBand: boolean;
  /** From `shownCount`. */
  readonly count: number;
}

export function courseOf(
  { buckets }: RolledSeries,
  { grid, lead }: Courses,
  { aggregate, withBand, count }: CourseOptions,
): Course {
  const end = lead + count;
  const mayBridge = lead > 0 && aggregate !== 'count' && aggregate !== 'sum';
  const bridged = (all: Float64Array): Float64Array => {
    if (!mayBridge) return all.subarray(lead, end);
    const own = all.slice(0, end);
    bridgeWideSpacings(own, buckets.counts.subarray(0, end), grid.stepMs);
    return own.subarray(lead);
  };
  const band = withBand ? bandOf(buckets) : null;
  return {
    values: bridged(valuesOf(buckets, aggregate)),
    band: band === null ? null : { min: bridged(band.min), max: bridged(band.max) },
  };
}

function hasSamples({ buckets }: RolledSeries, lead: number): boolean {
  for (let place = lead; place < buckets.counts.length; place += 1) {
    if ((buckets.counts[place] ?? 0) > 0) return true;
  }
  return false;
}
