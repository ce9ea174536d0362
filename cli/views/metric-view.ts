// Metrics as rows: for the screen one row per series with its figures and course, for CSV one row per sample.
import type { MetricInfo, MetricSeries } from '../../shared/api/metric.ts';
import type { Say } from '../language/language.ts';
import type { Column } from '../output/output.ts';
import { showMetricValue, sparkline } from '../output/show-value.ts';

const trendCells = 30;

export function infoColumns(say: Say): Column<MetricInfo>[] {
  return [
    { key: 'metric', header: say('header.metric'), value: ({ metric }) => metric },
    { key: 'kind', header: say('header.kind'), value: ({ kind }) => kind },
    { key: 'series', header: say('header.series'), value: ({ series }) => series.length, align: 'right' },
    {
      key: 'labels',
      header: say('header.labels'),
      value: ({ series }) => labelNames(series.map((labels) => ({ labels }))).join(' '),
      shrinks: true,
    },
  ];
}

export function seriesColumns(
  say: Say,
  { rate, single }: { readonly rate: boolean; readonly single: boolean },
): Column<MetricSeries>[] {
  const figure = (
    key: 'last' | 'min' | 'avg' | 'max',
    derive: (values: readonly number[]) => number | undefined,
  ): Column<MetricSeries> => {
    const value = ({ samples }: MetricSeries) => derive(knownValues(samples)) ?? null;
    return {
      key,
      header: say(`header.${key}`),
      value,
      show: (series) => showMetricValue(series.metric, value(series), rate),
      align: 'right',
    };
  };
  const node: Column<MetricSeries> = { key: 'node', header: say('header.node'), value: ({ node }) => node };
  return [
    ...(single ? [] : [node]),
    { key: 'labels', header: say('header.labels'), value: ({ labels }) => labelText(labels), shrinks: true },
    figure('last', (values) => values.at(-1)),
    figure('min', (values) =>
      values.reduce<number | undefined>((low, each) => Math.min(low ?? each, each), undefined),
    ),
    figure('avg', (values) =>
      values.length === 0 ? undefined : values.reduce((sum, each) => sum + each, 0) / values.length,
    ),
    figure('max', (values) =>
      values.reduce<number | undefined>((high, each) => Math.max(high ?? each, each), undefined),
    ),
    {
      key: 'trend',
      spare: 1,
      header: say('header.trend'),
      value: ({ samples }) =>
        sparkline(
          samples.map(([, value]) => value),
          trendCells,
        ),
    },
  ];
}

export interface SampleRow {
  readonly series: MetricSeries;
  readonly time: number;
  readonly value: number | null;
}

export function sampleRows(series: readonly MetricSeries[]): SampleRow[] {
  return series.flatMap((each) => each.samples.map(([time, value]) => ({ series: each, time, value })));
}

/** A column per label. */
export function sampleColumns(series: readonly MetricSeries[]): Column<SampleRow>[] {
  const labels = labelNames(series).map(
    (name): Column<SampleRow> => ({
      key: name,
      header: name,
      value: (row) => row.series.labels[name] ?? null,
    }),
  );
  return [
    { key: 'metric', header: '', value: (row) => row.series.metric },
    { key: 'node', header: '', value: (row) => row.series.node },
    ...labels,
    { key: 'time', header: '', value: ({ time }) => time },
    { key: 'value', header: '', value: ({ value }) => value },
  ];
}

function labelNames(series: readonly { readonly labels: Readonly<Record<string, string>> }[]): string[] {
  return [...new Set(series.flatMap(({ labels }) => Object.keys(labels)))].sort();
}

function labelText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}

function knownValues(samples: MetricSeries['samples']): number[] {
  return samples.flatMap(([, value]) => (value === null ? [] : [value]));
}
