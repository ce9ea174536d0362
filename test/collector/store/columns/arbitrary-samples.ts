// Samples for property tests: five seconds apart but for what is missing, of a counter that begins anew now and then, or of
// a gauge; with decimals, or doubles that are no such numbers.
import { type Arbitrary, array, constantFrom, integer, oneof, record, tuple } from 'fast-check';
import type { BucketGrid, Samples } from '../../../../collector/store/buckets.ts';
import type { MetricKind } from '../../../../shared/model/metric.ts';

export const t0 = 1_764_600_000_000;
export const minuteMs = 60_000;

export interface Recorded {
  readonly kind: MetricKind;
  readonly decimals: number;
  readonly samples: Samples;
}

const spacing = oneof(
  { weight: 20, arbitrary: constantFrom(1) },
  { weight: 2, arbitrary: integer({ min: 2, max: 6 }) },
  { weight: 1, arbitrary: integer({ min: 12, max: 400 }) },
);

const step = oneof(constantFrom(0), integer({ min: 0, max: 500 }), integer({ min: 0, max: 2 ** 31 - 1 }));

export const recorded: Arbitrary<Recorded> = record({
  kind: constantFrom<MetricKind>('counter', 'gauge'),
  decimals: constantFrom(0, 2, 3),
  isFloat: oneof({ weight: 4, arbitrary: constantFrom(false) }, { weight: 1, arbitrary: constantFrom(true) }),
  first: oneof(
    integer({ min: 0, max: 1000 }),
    integer({ min: 0, max: 2 ** 31 - 1 }).map((number) => number * 2 ** 16),
  ),
  ticks: array(tuple(spacing, step), { maxLength: 150 }),
}).map(({ kind, decimals, isFloat, first, ticks }) => {
  const timesMs = new Float64Array(ticks.length);
  const values = new Float64Array(ticks.length);
  let timeMs = t0;
  let value = first;
  for (const [place, [spacing, step]] of ticks.entries()) {
    timeMs += 5000 * spacing;
    if (kind === 'gauge') value += place % 3 === 0 ? -step : step;
    else value = place % 40 === 39 ? step : value + step;
    timesMs[place] = timeMs;
    values[place] = isFloat ? value / 7 : value / 10 ** decimals;
  }
  return { kind, decimals, samples: { timesMs, values } };
});

/** So that all samples lie in it. */
export function gridOver({ timesMs }: Samples, stepMs: number): BucketGrid {
  const firstMs = Math.ceil(t0 / stepMs) * stepMs;
  return { firstMs, stepMs, count: Math.ceil(((timesMs.at(-1) ?? t0) - firstMs) / stepMs) + 1 };
}
