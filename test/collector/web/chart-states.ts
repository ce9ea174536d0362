// Panels and feed states for tests of charts.
import { metricOf } from '../../../collector/web/charts/lines.ts';
import { type FeedState, queryKey } from '../../../collector/web/charts/metric-feed.ts';
import type { Panel } from '../../../collector/web/charts/panel.ts';
import type { Unit } from '../../../collector/web/charts/units.ts';

const query = { metric: 'm' } as const;

export interface FakeSeries {
  readonly device: string;
  readonly value: number | null;
}

/** A line per device. */
export function byMetricLabel(unit: Unit): Panel {
  return {
    id: 'test',
    title: 'panel.disk',
    unit,
    shape: 'lines',
    missing: 'panel.noSeries',
    queries: [query],
    derive: (grid) =>
      metricOf(grid, 'm').map(({ labels, values }) => ({ name: labels['device'] ?? '', values })),
  };
}

/** Two samples of each series. */
export function stateOf(all: readonly FakeSeries[]): FeedState {
  const series = all.map(({ device, value }) => {
    const samples: [number, number | null][] = [
      [10, value],
      [20, value],
    ];
    return { metric: 'm', node: 'n', labels: { device }, samples };
  });
  return {
    series: new Map([[queryKey(query), series]]),
    errors: new Map(),
    window: { from: 10, to: 20, step: 10 },
  };
}
