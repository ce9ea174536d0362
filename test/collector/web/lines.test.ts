import { describe, expect, it } from 'vitest';
import {
  divide,
  lonelyIndices,
  stack,
  sum,
  sumBy,
  summarize,
  toBand,
} from '../../../collector/web/charts/lines.ts';

describe('lines', () => {
  it('make a gap of a sum when any part is a gap', () => {
    expect(
      sum([
        [1, 2, null],
        [10, null, 30],
      ]),
    ).toEqual([11, null, null]);
  });

  it('make a gap of a division by zero rather than infinity', () => {
    expect(divide([1, 1, null], [2, 0, 2])).toEqual([0.5, null, null]);
  });

  it('add up by label in the order of first appearance', () => {
    const series = (mode: string, cpu: string, values: number[]) => ({
      metric: 'm',
      labels: { mode, cpu },
      values,
    });
    const sums = sumBy(
      [series('user', '0', [1]), series('idle', '0', [5]), series('user', '1', [2])],
      'mode',
    );
    expect([...sums]).toEqual([
      ['user', [3]],
      ['idle', [5]],
    ]);
  });

  it('stack on one another', () => {
    const stacked = stack([
      { name: 'a', values: [1, 1] },
      { name: 'b', values: [2, null] },
      { name: 'c', values: [3, 3] },
    ]);
    expect(stacked.map(({ values }) => values)).toEqual([
      [1, 1],
      [3, null],
      [6, null],
    ]);
  });

  it('become a band over those that have a value at the time', () => {
    const line = (values: (number | null)[]) => ({ name: '', values });
    const band = toBand([line([1, null, null]), line([5, 4, null]), line([3, 2, null])]);
    expect(band).toEqual({ min: [1, 2, null], median: [3, 3, null], max: [5, 4, null] });
  });

  it('show a value between two gaps as a point', () => {
    expect(lonelyIndices([1, null, 2, null, 3, 4])).toEqual([0, 2]);
  });

  it('are summed up without their gaps', () => {
    expect(summarize([null, 1, 3, null])).toEqual({ last: 3, min: 1, mean: 2, max: 3 });
    expect(summarize([null])).toEqual({ last: null, min: null, mean: null, max: null });
  });
});
