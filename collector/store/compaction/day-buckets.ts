// In: minute buckets of one series, hour by hour. Out: its ten-minute buckets of the day.
//
// The last bucket of an hour and the first one of the next are two parts of one bucket: the first buckets of all hours are
// gathered apart from all others, then the two are merged.

import type { MetricKind } from '../../../shared/model/metric.ts';
import type { Buckets, CounterBuckets, GaugeBuckets } from '../buckets.ts';
import { coarsen, mergeBuckets } from '../columns/merge-buckets.ts';
import { emptyCounter, emptyGauge } from '../columns/roll-up.ts';
import { slotGrid, tenMinutesMs } from '../partitions/bucket-grids.ts';
import { hourMs } from '../partitions/tier.ts';

export interface HourBuckets {
  readonly beginMs: number;
  readonly buckets: Buckets;
}

const perHour = hourMs / tenMinutesMs + 1;

export function dayBuckets(
  hours: readonly HourBuckets[],
  dayBeginMs: number,
  { kind, decimals }: { readonly kind: MetricKind; readonly decimals: number },
): Buckets {
  const { count } = slotGrid('ten-minutes', dayBeginMs);
  const [ends, begins] = [emptyBuckets(kind, count), emptyBuckets(kind, count)];
  for (const { beginMs, buckets } of hours) {
    const to = { firstMs: beginMs, stepMs: tenMinutesMs, count: perHour };
    const ofHour = coarsen(buckets, slotGrid('minute', beginMs), { to, decimals });
    const offset = (beginMs - dayBeginMs) / tenMinutesMs;
    copy(ofHour, begins, { from: 0, to: 1, offset });
    copy(ofHour, ends, { from: 1, to: perHour, offset });
  }
  return mergeBuckets(ends, begins, decimals);
}

function emptyBuckets(kind: MetricKind, count: number): Buckets {
  return kind === 'gauge' ? emptyGauge(count) : emptyCounter(count);
}

interface Stretch {
  readonly from: number;
  readonly to: number;
  /** Place of the first bucket of the hour within the day. */
  readonly offset: number;
}

function copy(source: Buckets, target: Buckets, { from, to, offset }: Stretch): void {
  const targets = arraysOf(target);
  for (const [place, values] of arraysOf(source).entries()) {
    targets[place]?.set(values.subarray(from, to), offset + from);
  }
}

function arraysOf(buckets: Buckets): readonly Float64Array[] {
  return buckets.kind === 'gauge' ? gaugeArrays(buckets) : counterArrays(buckets);
}

function gaugeArrays({ counts, sums, minima, maxima, lasts }: GaugeBuckets): readonly Float64Array[] {
  return [counts, sums, minima, maxima, lasts];
}

function counterArrays(buckets: CounterBuckets): readonly Float64Array[] {
  const { counts, lasts, increases, spansMs, minRates, maxRates } = buckets;
  return [counts, lasts, increases, spansMs, minRates, maxRates];
}
