import { assert, constantFrom, double, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BucketGrid, Samples } from '../../../../collector/store/buckets.ts';
import { coarsen, mergeBuckets } from '../../../../collector/store/columns/merge-buckets.ts';
import { rollUp } from '../../../../collector/store/columns/roll-up.ts';
import { gridOver, minuteMs, recorded, t0 } from './arbitrary-samples.ts';

const lookbackMs = 15_000;
const grid: BucketGrid = { firstMs: t0, stepMs: 10_000, count: 3 };

/** Seconds after t0, and values. */
function samples(...points: readonly (readonly [number, number])[]): Samples {
  return {
    timesMs: Float64Array.from(points, ([second]) => t0 + second * 1000),
    values: Float64Array.from(points, ([, value]) => value),
  };
}

function array(...values: readonly number[]): Float64Array {
  return Float64Array.from(values);
}

describe('a gauge', () => {
  test('has number, sum, extremes and last of what lies after the end of the bucket before', () => {
    const given = samples([-10, 99], [-5, 3], [0, 1], [1, 7], [10, 5], [31, 99]);
    expect(rollUp('gauge', given, grid, { lookbackMs })).toEqual({
      kind: 'gauge',
      counts: array(2, 2, 0),
      sums: array(4, 12, Number.NaN),
      minima: array(1, 5, Number.NaN),
      maxima: array(3, 7, Number.NaN),
      lasts: array(1, 5, Number.NaN),
    });
  });

  test('sums without rounding where its decimals are known', () => {
    const given = samples([1, 0.1], [2, 0.2], [3, 0.3]);
    expect(rollUp('gauge', given, grid, { lookbackMs, decimals: 1 })).toMatchObject({
      sums: array(Number.NaN, 0.6, Number.NaN),
    });
    const odd = samples([1, 0.1], [2, 0.25]);
    expect(rollUp('gauge', odd, grid, { lookbackMs, decimals: 1 })).toMatchObject({
      sums: array(Number.NaN, 0.35, Number.NaN),
    });
  });
});

describe('a counter', () => {
  test('grows in the bucket of the later sample, from the one before the grid too', () => {
    const given = samples([-15, 50], [-10, 100], [-5, 150], [0, 200], [5, 300], [10, 300], [15, 320]);
    expect(rollUp('counter', given, grid, { lookbackMs })).toEqual({
      kind: 'counter',
      counts: array(2, 2, 1),
      lasts: array(200, 300, 320),
      increases: array(100, 100, 20),
      spansMs: array(10_000, 10_000, 5000),
      minRates: array(10, 0, 4),
      maxRates: array(10, 20, 4),
    });
  });

  test('has no growth at its first sample, unless one before is told of', () => {
    const given = samples([5, 300]);
    const unknown = rollUp('counter', given, grid, { lookbackMs });
    expect(unknown).toMatchObject({ counts: array(0, 1, 0), spansMs: array(0, 0, 0) });
    expect(unknown).toMatchObject({ increases: array(Number.NaN, Number.NaN, Number.NaN) });
    const before = { timeMs: t0, value: 250 };
    expect(rollUp('counter', given, grid, { lookbackMs, before })).toMatchObject({
      increases: array(Number.NaN, 50, Number.NaN),
      spansMs: array(0, 5000, 0),
    });
  });

  test('that fell has counted from 0 again', () => {
    const given = samples([0, 1000], [5, 1100], [10, 30]);
    expect(rollUp('counter', given, grid, { lookbackMs })).toMatchObject({
      increases: array(Number.NaN, 130, Number.NaN),
      minRates: array(Number.NaN, 6, Number.NaN),
      maxRates: array(Number.NaN, 20, Number.NaN),
    });
  });

  test('shows nothing of what grew over a gap', () => {
    const given = samples([-5, 0], [0, 10], [20, 500], [25, 510]);
    expect(rollUp('counter', given, grid, { lookbackMs })).toMatchObject({
      counts: array(2, 0, 1),
      increases: array(10, Number.NaN, Number.NaN),
      spansMs: array(5000, 0, 0),
    });
  });

  test('that is measured less often for a while has no gap', () => {
    const given = samples([-40, 0], [-20, 20], [0, 40], [20, 60], [25, 65]);
    expect(rollUp('counter', given, grid, { lookbackMs })).toMatchObject({
      increases: array(20, Number.NaN, 20),
      spansMs: array(20_000, 0, 20_000),
    });
  });

  test('has no gap where a few ticks in a row are missing, and one where more are', () => {
    const few = samples([-40, 0], [-20, 20], [0, 40], [60, 80]);
    const grid = { firstMs: t0, stepMs: 60_000, count: 2 };
    expect(rollUp('counter', few, grid, { lookbackMs })).toMatchObject({ spansMs: array(40_000, 60_000) });
    const more = samples([-40, 0], [-20, 20], [0, 40], [61, 80]);
    expect(rollUp('counter', more, { ...grid, count: 3 }, { lookbackMs })).toMatchObject({
      spansMs: array(40_000, 0, 0),
    });
  });

  test('has a gap where its neighbours lie further apart than an agent chooses', () => {
    const given = samples([-240, 0], [-120, 20], [0, 40], [120, 60]);
    expect(rollUp('counter', given, grid, { lookbackMs })).toMatchObject({ spansMs: array(0, 0, 0) });
  });
});

describe('coarser buckets', () => {
  test('made of minutes are those made of the samples', () => {
    assert(
      property(recorded, constantFrom(5, 10, 60), ({ kind, decimals, samples }, minutes) => {
        const from = gridOver(samples, minuteMs);
        const to = gridOver(samples, minutes * minuteMs);
        const options = { lookbackMs, decimals };
        const coarse = coarsen(rollUp(kind, samples, from, options), from, { to, decimals });
        const direct = rollUp(kind, samples, to, options);
        for (const [name, values] of Object.entries(direct))
          expect([name, rounded(entry(coarse, name))]).toEqual([name, rounded(values)]);
      }),
      { numRuns: 300 },
    );
  });

  test('are exactly those where the values are whole numbers of their decimals', () => {
    const values = Array.from(
      { length: 700 },
      (_, place) => [place * 5, Math.round(place * 33.7) / 100] as const,
    );
    for (const kind of ['gauge', 'counter'] as const) {
      const from = gridOver(samples(...values), minuteMs);
      const to = gridOver(samples(...values), 10 * minuteMs);
      const options = { lookbackMs, decimals: 2 };
      const minutes = rollUp(kind, samples(...values), from, options);
      expect(coarsen(minutes, from, { to, decimals: 2 })).toEqual(
        rollUp(kind, samples(...values), to, options),
      );
    }
  });

  test('leave out what lies in none of them', () => {
    const fine = rollUp('gauge', samples([0, 1], [10, 2], [20, 4]), grid, { lookbackMs });
    const to = { firstMs: t0 + 10_000, stepMs: 20_000, count: 1 };
    expect(coarsen(fine, grid, { to })).toMatchObject({ counts: array(2), sums: array(3) });
    expect(coarsen(fine, grid, { to: { ...to, firstMs: t0 - 10_000 } })).toMatchObject({ counts: array(0) });
  });

  test('are refused where they would cut through buckets', () => {
    const fine = rollUp('gauge', samples([0, 1]), grid, { lookbackMs });
    expect(() => coarsen(fine, grid, { to: { firstMs: t0, stepMs: 15_000, count: 1 } })).toThrow(RangeError);
    expect(() => coarsen(fine, grid, { to: { firstMs: t0 + 5000, stepMs: 20_000, count: 1 } })).toThrow(
      RangeError,
    );
  });
});

describe('buckets of two stretches', () => {
  test('are together those of all samples', () => {
    assert(
      property(recorded, double({ min: 0, max: 1, noNaN: true }), ({ kind, decimals, samples }, share) => {
        const { timesMs, values } = samples;
        const cut = Math.floor(timesMs.length * share);
        const [early, late] = [timesMs.slice(0, cut), timesMs.slice(cut)];
        const over = gridOver(samples, minuteMs);
        // Without gaps: a stretch alone cannot tell what the spacings beside its ends are.
        const options = { lookbackMs: Number.POSITIVE_INFINITY, decimals };
        const before =
          cut === 0 ? {} : { before: { timeMs: early[cut - 1] ?? 0, value: values[cut - 1] ?? 0 } };
        const merged = mergeBuckets(
          rollUp(kind, { timesMs: early, values: values.slice(0, cut) }, over, options),
          rollUp(kind, { timesMs: late, values: values.slice(cut) }, over, { ...options, ...before }),
          decimals,
        );
        const direct = rollUp(kind, samples, over, options);
        for (const [name, values] of Object.entries(direct))
          expect([name, rounded(entry(merged, name))]).toEqual([name, rounded(values)]);
      }),
      { numRuns: 300 },
    );
  });

  test('are refused when they are not alike', () => {
    const gauge = rollUp('gauge', samples([0, 1]), grid, { lookbackMs });
    const counter = rollUp('counter', samples([0, 1]), grid, { lookbackMs });
    expect(() => mergeBuckets(gauge, counter)).toThrow(RangeError);
    expect(() =>
      mergeBuckets(gauge, rollUp('gauge', samples(), { ...grid, count: 2 }, { lookbackMs })),
    ).toThrow(RangeError);
  });
});

function entry(buckets: object, name: string): unknown {
  return new Map(Object.entries(buckets)).get(name);
}

/** Sums of doubles depend on their order in the last of 53 bits. */
function rounded(values: unknown): unknown {
  if (!(values instanceof Float64Array)) return values;
  return Array.from(values, (value) => (Number.isNaN(value) ? null : Number(value.toPrecision(12))));
}
