import { describe, expect, it } from 'vitest';
import { chartContent, legendFigure, mostLines } from '../../../collector/web/charts/chart-content.ts';
import { byMetricLabel, type FakeSeries, stateOf } from './chart-states.ts';

const names = { min: 'min', median: 'median', max: 'max' };

const devices = (count: number, value: (index: number) => number | null): FakeSeries[] =>
  Array.from({ length: count }, (_, index) => ({ device: `d${String(index)}`, value: value(index) }));

describe('chart content', () => {
  it('is loading until the first answer', () => {
    const content = chartContent(
      byMetricLabel('ratio'),
      { series: new Map(), errors: new Map(), window: null },
      names,
    );
    expect(content).toMatchObject({ loading: true, lines: [] });
  });

  it('shows a line per device while they can be told apart', () => {
    const content = chartContent(
      byMetricLabel('ratio'),
      stateOf(devices(mostLines, (index) => index)),
      names,
    );
    expect(content.lines).toHaveLength(mostLines);
    expect(content.bandOf).toBeNull();
  });

  it('shows minimum, median and maximum of more', () => {
    const content = chartContent(byMetricLabel('ratio'), stateOf(devices(13, (index) => index)), names);
    expect(content.bandOf).toBe(13);
    expect(content.lines.map(({ name, values }) => [name, values[0]])).toEqual([
      ['min', 0],
      ['median', 6],
      ['max', 12],
    ]);
  });

  it('sets lines aside only for others, and says so', () => {
    const panel = {
      ...byMetricLabel('ratio'),
      aside: { note: 'chart.loopback', holds: (line: { readonly name: string }) => line.name === 'd0' },
    } as const;
    const [alone, both] = [1, 2].map((count) => chartContent(panel, stateOf(devices(count, () => 1)), names));
    expect([alone?.lines.map(({ name }) => name), alone?.aside]).toEqual([['d0'], null]);
    expect([both?.lines.map(({ name }) => name), both?.aside]).toEqual([['d1'], 'chart.loopback']);
  });

  it('has in the legend no figure of a series that has ended, but the one under the crosshair', () => {
    const times = Array.from({ length: 12 }, (_, at) => (at + 1) * 10);
    const jobs = [12, 9, 8].map((samples) => ({
      metric: 'm',
      node: 'n',
      labels: { device: `job ${String(samples)}` },
      samples: times.slice(0, samples).map((time): [number, number] => [time, 5]),
    }));
    const state = { ...stateOf([]), window: { from: 10, to: 120, step: 10 } };
    const series = new Map([[[...state.series.keys()][0] ?? '', jobs]]);
    const figures = (now: number, index: number | null) => {
      const content = chartContent(byMetricLabel('ratio'), { ...state, series }, { ...names, now });
      return content.lines.map((line) => legendFigure(content, line, index));
    };
    expect(figures(200, null)).toEqual([5, 5, null]);
    expect(figures(110, null)).toEqual([5, 5, 5]);
    expect(figures(200, 3)).toEqual([5, 5, 5]);
    expect(figures(200, 11)).toEqual([5, null, null]);
  });

  it('leaves out devices that did nothing, and says how many', () => {
    const some = chartContent(
      byMetricLabel('bytesPerSecond'),
      stateOf(devices(6, (index) => (index < 2 ? 5 : 0))),
      names,
    );
    expect([some.lines.length, some.idle]).toEqual([2, 4]);
    const none = chartContent(byMetricLabel('bytesPerSecond'), stateOf(devices(6, () => 0)), names);
    expect([none.lines.length, none.idle]).toEqual([6, 0]);
  });

  it('does not draw a series that has no value in the range', () => {
    expect(chartContent(byMetricLabel('ratio'), stateOf(devices(3, () => null)), names).lines).toEqual([]);
  });
});
