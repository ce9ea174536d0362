import { array, assert, constantFrom, double, oneof, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonBytes } from '../../../collector/http/json-bytes.ts';

function textOf(values: readonly number[], decimals?: number): string {
  const json = new JsonBytes();
  json.numbers(Float64Array.from(values), decimals);
  return json.take().toString();
}

describe('rows of numbers', () => {
  test.each<[string, readonly number[], string]>([
    ['nothing', [], '[]'],
    ['what is absent or infinite', [Number.NaN, 1.5, Number.POSITIVE_INFINITY], '[null,1.5,null]'],
    ['seven digits of the largest', [1 / 3, 200 / 3, -2 / 3, 0], '[0.33333,66.66667,-0.66667,0]'],
    ['no more than whole numbers', [16_000_000_000.25, 1.5, -0.2], '[16000000000,2,0]'],
    ['whole numbers as they are', [9_007_199_254_740_991, -12, 1e300], '[9007199254740991,-12,1e+300]'],
    ['zeros inside and at the end', [1.05, 1.5, 10.1], '[1.05,1.5,10.1]'],
    ['small ones', [0.000_012_345_678_9, 0], '[0.00001234568,0]'],
    ['very small ones', [1.5e-20, 0], '[1.5e-20,0]'],
  ])('%s', (_name, values, text) => {
    expect(textOf(values)).toBe(text);
  });

  test('so many decimals as are asked for', () => {
    expect(textOf([1_800_000_000, 1_800_000_001.5], 3)).toBe('[1800000000,1800000001.5]');
  });

  test('are what they were, to seven digits of the largest', () => {
    const value = oneof(double({ noNaN: true, noDefaultInfinity: true }), constantFrom(0, -0, 1, 0.1));
    assert(
      property(array(value, { minLength: 1 }), (values) => {
        const found = JSON.parse(textOf(values)) as number[];
        const largest = Math.max(...values.map(Math.abs));
        expect(found).toHaveLength(values.length);
        for (const [place, value] of values.entries()) {
          expect(Math.abs((found[place] ?? Number.NaN) - value)).toBeLessThanOrEqual(
            Math.min(0.5, largest * 1e-6) || 0,
          );
        }
      }),
    );
  });
});

test('texts of any length and alphabet stand between the numbers, also when they are taken in pieces', () => {
  const json = new JsonBytes();
  const long = '集谛 – €'.repeat(20_000);
  json.text(long);
  const pieces = [json.take()];
  json.numbers(Float64Array.of(1, 2));
  json.text('é');
  pieces.push(json.take());
  expect(Buffer.concat(pieces).toString()).toBe(`${long}[1,2]é`);
  expect(json.length).toBe(0);
});
