import { array, assert, constantFrom, option, property, tuple } from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Buckets } from '../../../../collector/store/buckets.ts';
import {
  decodeBuckets,
  decodeBucketsOf,
  encodeBuckets,
} from '../../../../collector/store/columns/bucket-codec.ts';
import { rollUp } from '../../../../collector/store/columns/roll-up.ts';
import { gridOver, minuteMs, recorded, t0 } from './arbitrary-samples.ts';
import { flippedBitsThatPass } from './flipped-bits.ts';

const lookbackMs = 15_000;
const nodes = array(option(recorded, { freq: 4 }), { maxLength: 5 }).map((all) =>
  all.map((one) =>
    one === null
      ? null
      : rollUp(one.kind, one.samples, gridOver(one.samples, minuteMs), { lookbackMs, decimals: 2 }),
  ),
);

describe('buckets', () => {
  test('come back as they went in, with rates of 32 bits', () => {
    assert(
      property(
        nodes,
        constantFrom(0, 2, 3),
        constantFrom('none' as const, 'zstd' as const),
        (given, decimals, compression) => {
          const bytes = encodeBuckets(given, { decimals, compression });
          expect(decodeBuckets(bytes)).toEqual(given.map(withRatesOf32Bits));
          for (const [place, buckets] of given.entries()) {
            expect(decodeBucketsOf(bytes, place)).toEqual(withRatesOf32Bits(buckets));
          }
          expect(decodeBucketsOf(bytes, given.length)).toBeNull();
        },
      ),
      { numRuns: 400 },
    );
  });

  test('keep what is too large for whole numbers', () => {
    const large = tuple(
      constantFrom(2 ** 51 - 1, 2 ** 53, 2 ** 60, 1e300, 1.5, -(2 ** 51), -0),
      constantFrom(0, -0, 1, 1e15),
    );
    assert(
      property(
        array(large, { maxLength: 20 }),
        constantFrom('gauge' as const, 'counter' as const),
        (values, kind) => {
          const samples = {
            timesMs: Float64Array.from(values, (_, place) => t0 + place * 5000),
            values: Float64Array.from(values, ([value, more]) => value + more),
          };
          const given = rollUp(kind, samples, gridOver(samples, minuteMs), { lookbackMs });
          expect(decodeBuckets(encodeBuckets([given], { decimals: 0, compression: 'none' }))).toEqual([
            withRatesOf32Bits(given),
          ]);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('cost little where nothing happens, or always the same', () => {
    expect(bytesOf('gauge', () => 42)).toBeLessThan(40);
    expect(bytesOf('counter', (tick) => tick * 512)).toBeLessThan(60);
  });

  test('of a counter cost little more than its last values where it grows steadily', () => {
    const noisy = bytesOf('counter', (tick) => tick * 512 + ((tick * 7919) % 97));
    expect(noisy / 60).toBeLessThan(4);
  });

  test('of a counter stay small where ticks are missing', () => {
    const valueAt = (tick: number): number => tick * 512 + ((tick * 7919) % 97);
    const ticks = Array.from({ length: 720 }, (_, tick) => tick).filter(
      (tick) => tick % 50 !== 25 && tick % 101 > 1,
    );
    const samples = {
      timesMs: Float64Array.from(ticks, (tick) => t0 + (tick + 1) * 5000),
      values: Float64Array.from(ticks, valueAt),
    };
    const given = rollUp(
      'counter',
      samples,
      { firstMs: t0 + minuteMs, stepMs: minuteMs, count: 60 },
      { lookbackMs },
    );
    const bytes = encodeBuckets([given], { decimals: 0, compression: 'none' });
    expect(decodeBuckets(bytes)).toEqual([withRatesOf32Bits(given)]);
    expect(bytes.length / 60).toBeLessThan(6);
  });

  test('refuse decimals that no series has', () => {
    expect(() => encodeBuckets([], { decimals: 0.5, compression: 'none' })).toThrow(RangeError);
    expect(() => encodeBuckets([], { decimals: 10, compression: 'none' })).toThrow(RangeError);
  });

  test('show any bit that flipped', () => {
    const bytes = encodeBuckets(
      [hour('counter', (tick) => tick * tick), null, hour('gauge', (tick) => tick % 7)],
      {
        decimals: 2,
        compression: 'none',
      },
    );
    expect(flippedBitsThatPass(bytes, decodeBuckets)).toEqual([]);
  });
});

function hour(kind: 'gauge' | 'counter', valueAt: (tick: number) => number): Buckets {
  const timesMs = Float64Array.from({ length: 720 }, (_, tick) => t0 + (tick + 1) * 5000);
  const values = Float64Array.from(timesMs, (_, tick) => valueAt(tick));
  const before = { timeMs: t0, value: valueAt(-1) };
  const grid = { firstMs: t0 + minuteMs, stepMs: minuteMs, count: 60 };
  return rollUp(kind, { timesMs, values }, grid, { lookbackMs, before });
}

function bytesOf(kind: 'gauge' | 'counter', valueAt: (tick: number) => number): number {
  return encodeBuckets([hour(kind, valueAt)], { decimals: 0, compression: 'none' }).length;
}

function withRatesOf32Bits(buckets: Buckets | null): Buckets | null {
  if (buckets?.kind !== 'counter') return buckets;
  return {
    ...buckets,
    minRates: buckets.minRates.map(Math.fround),
    maxRates: buckets.maxRates.map(Math.fround),
  };
}
