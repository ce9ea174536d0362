import { describe, expect, it } from 'vitest';
import { chooseStep, gridTimes, toGrid } from '../../../collector/web/charts/grid.ts';
import { mergeSeries } from '../../../collector/web/charts/merge-series.ts';

describe('chooseStep', () => {
  it('never asks for more than the node measures', () => {
    expect(chooseStep(600, 5, 360)).toBe(5);
    expect(chooseStep(60, 7, 360)).toBe(7);
  });

  it('takes pleasant multiples of the interval for long ranges', () => {
    expect(chooseStep(86_400, 5, 360)).toBe(300);
    for (const interval of [1, 2, 3, 7, 10, 60]) {
      for (const range of [600, 3600, 86_400, 31 * 86_400]) {
        const step = chooseStep(range, interval, 360);
        expect(step % interval).toBe(0);
        expect(range / step).toBeLessThanOrEqual(360);
      }
    }
  });
});

describe('grid', () => {
  it('has all multiples of the step within the window, both ends included', () => {
    expect(gridTimes(98, 120, 10)).toEqual([100, 110, 120]);
    expect(gridTimes(101, 108, 10)).toEqual([]);
  });

  it('shows a gap where the answer has null and where it has nothing', () => {
    const series = {
      metric: 'm',
      node: 'n',
      labels: {},
      samples: [
        [100, 1],
        [110, null],
        [130, 4],
      ] as [number, number | null][],
    };
    const grid = toGrid([series], gridTimes(100, 140, 10), 10);
    expect(grid.series[0]?.values).toEqual([1, null, null, 4, null]);
  });
});

describe('mergeSeries', () => {
  const series = (samples: [number, number | null][], cpu = '0') => ({
    metric: 'm',
    node: 'n',
    labels: { cpu },
    samples,
  });

  it('replaces what the fresh answer covers and lets go what is before the range', () => {
    const merged = mergeSeries(
      [
        series([
          [10, 1],
          [20, 2],
          [30, 9],
        ]),
      ],
      [
        series([
          [30, 3],
          [40, 4],
        ]),
      ],
      {
        keepFrom: 15,
        freshFrom: 30,
      },
    );
    expect(merged).toEqual([
      series([
        [20, 2],
        [30, 3],
        [40, 4],
      ]),
    ]);
  });

  it('takes up new series and drops those that have nothing left in the range', () => {
    const merged = mergeSeries([series([[10, 1]], 'old')], [series([[40, 4]], 'new')], {
      keepFrom: 20,
      freshFrom: 30,
    });
    expect(merged).toEqual([series([[40, 4]], 'new')]);
  });
});
