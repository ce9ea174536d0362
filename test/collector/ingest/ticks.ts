// Ticks of a node with two series, their values made from the number of the tick.
import type { Payload } from '../../../shared/model/batch.ts';
import type { MetricTick, SeriesDefinition } from '../../../shared/model/metric.ts';

export const twoSeries: readonly SeriesDefinition[] = [
  { metric: 'node_load1', kind: 'gauge', decimals: 2, labels: {} },
  { metric: 'node_intr_total', kind: 'counter', decimals: 0, labels: { cpu: '0' } },
];

/** A whole multiple of 5 s, two hours ago. */
export const firstMs = Math.floor(Date.now() / 5000) * 5000 - 7_200_000;

export function tickOf(number: number, timeMs = firstMs + number * 5000): MetricTick {
  return { timeMs, series: twoSeries, values: Float64Array.of(number / 100, number * 1000) };
}

export function metricsOf(...numbers: readonly number[]): Payload {
  return { kind: 'metrics', ticks: numbers.map((number) => tickOf(number)) };
}
