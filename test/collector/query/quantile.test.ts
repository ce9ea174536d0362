import { array, assert, double, property } from 'fast-check';
import { expect, test } from 'vitest';
import { combine, parseAcross } from '../../../collector/query/across.ts';
import { quantileOf, valueAtRank } from '../../../collector/query/quantile.ts';

test('a quantile lies linearly between the nearest ranks', () => {
  const of = (fraction: number) => quantileOf(Float64Array.of(4, 1, 3, 2), fraction);
  expect([0, 0.25, 0.5, 0.99, 1].map(of)).toEqual([1, 1.75, 2.5, expect.closeTo(3.97), 4]);
  expect(quantileOf(Float64Array.of(7), 0.3)).toBe(7);
  expect(quantileOf(new Float64Array(), 0.5)).toBeNaN();
});

test('selecting gives what sorting would put there', () => {
  const numbers = array(double({ noNaN: true, min: -100, max: 100 }), { minLength: 1, maxLength: 200 });
  assert(
    property(numbers, double({ noNaN: true, min: 0, max: 1 }), (values, share) => {
      const rank = Math.floor(share * (values.length - 1));
      const sorted = Float64Array.from(values).sort();
      expect(valueAtRank(Float64Array.from(values), rank)).toBe(sorted[rank]);
    }),
  );
});

test('a time at which nothing has a value has none', () => {
  const rows = [Float64Array.of(1, Number.NaN), Float64Array.of(Number.NaN, Number.NaN)];
  for (const how of ['sum', 'avg', 'min', 'max', 'count', 'p99'] as const) {
    expect(Array.from(combine(rows, how, 2))).toEqual([1, Number.NaN]);
  }
});

test.each([
  ['sum', 'sum'],
  ['p99', 'p99'],
  ['p99.9', 'p99.9'],
  ['p100', 'p100'],
  ['p101', undefined],
  ['median', undefined],
  ['p', undefined],
])('%s is read as %s', (text, across) => {
  expect(parseAcross(text)).toBe(across);
});
