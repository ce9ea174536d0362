import { array, assert, integer, oneof, property, tuple } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeTimes, encodeTimes } from '../../../../collector/store/columns/times-codec.ts';
import { isSame } from './arbitrary-columns.ts';
import { flippedBitsThatPass } from './flipped-bits.ts';

const hour = Float64Array.from({ length: 720 }, (_, tick) => 1_764_600_000_000 + 5000 * tick);

function bytesBeyondEmpty(times: Float64Array): number {
  return encodeTimes(times).length - encodeTimes(new Float64Array(0)).length;
}

describe('times', () => {
  test('come back as they went in', () => {
    const spacing = oneof(
      integer({ min: 0, max: 4 }).map((ticks) => ticks * 5000),
      integer({ min: 0, max: 2 ** 41 }),
    );
    assert(
      property(
        integer({ min: -1e6, max: 2 ** 31 - 1 }),
        array(tuple(spacing, integer({ min: 1, max: 50 })), { maxLength: 8 }),
        (first, runs) => {
          const times = [first * 1000];
          for (const [spacing, count] of runs) {
            for (let left = count; left > 0; left -= 1) times.push((times.at(-1) ?? 0) + spacing);
          }
          expect(isSame(decodeTimes(encodeTimes(Float64Array.from(times))), Float64Array.from(times))).toBe(
            true,
          );
        },
      ),
      { numRuns: 400 },
    );
  });

  test.each([
    ['none', []],
    ['one', [1_764_600_000_000]],
    ['one at the beginning of time', [0]],
    ['two at once', [5, 5]],
    ['fractions', [0.25, 1.1, 7]],
    ['irregular ones', Array.from({ length: 200 }, (_, place) => place * 1000 + ((place * 7919) % 997))],
  ])('may be %s', (_, times) => {
    expect(decodeTimes(encodeTimes(Float64Array.from(times)))).toEqual(Float64Array.from(times));
  });

  test('cost a few bytes, and a few for each that is missing', () => {
    expect(bytesBeyondEmpty(hour)).toBeLessThan(16);
    const holed = hour.filter((_, tick) => tick % 90 !== 45);
    expect(bytesBeyondEmpty(holed)).toBeLessThan(16 + 8 * 5);
  });

  test('are refused where they do not ascend', () => {
    expect(() => encodeTimes(Float64Array.of(2, 1))).toThrow(RangeError);
    expect(() => encodeTimes(Float64Array.of(1, Number.NaN))).toThrow(RangeError);
  });

  test('show any bit that flipped', () => {
    const holed = hour.filter((_, tick) => tick % 90 !== 45);
    expect(flippedBitsThatPass(encodeTimes(holed), decodeTimes)).toEqual([]);
  });
});
