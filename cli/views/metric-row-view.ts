// Tables of metrics as rows: for the screen one row per series with its figures and course, for CSV one row per sample.
import type { DeclaredGap, LatestSample, MetricRow, MetricTable, TopEntry } from '../../shared/api/range.ts';
import type { Say } from '../language/language.ts';
import type { Column } from '../output/output.ts';
import { showMetricValue, showTime, sparkline } from '../output/show-value.ts';
import { piece, type StyledLine } from '../output/styled-text.ts';

const trendCells = 30;
const mostGaps = 5;

type Labels = MetricRow['labels'];

/** `isMany`: several metrics were asked for. */
export function tableColumns(say: Say, { rows }: MetricTable, isMany: boolean): Column<MetricRow>[] {
  const text = (
    key: 'node' | 'metric' | 'across',
    header: string,
    isShown: boolean,
  ): readonly Column<MetricRow>[] => (isShown ? [{ key, header, value: (row) => row[key] }] : []);
  const figure = (
    key: 'last' | 'min' | 'avg' | 'max',
    derive: (row: MetricRow) => number | null,
  ): Column<MetricRow> => ({
    key,
    header: say(`header.${key}`),
    value: derive,
    show: (row) => showMetricValue(row.metric, derive(row), row.rate),
    align: 'right',
  });
  return [
    ...text('node', say('header.node'), new Set(rows.map(({ node }) => node)).size > 1),
    ...text('metric', say('header.metric'), isMany),
    ...text(
      'across',
      say('header.across'),
      rows.some(({ across }) => across !== null),
    ),
    { key: 'labels', header: say('header.labels'), value: ({ labels }) => labelText(labels), shrinks: true },
    figure('last', ({ values }) => values.findLast((value) => value !== null) ?? null),
    figure('min', ({ values, min }) => least(min ?? values)),
    figure('avg', ({ values }) => average(values)),
    figure('max', ({ values, max }) => most(max ?? values)),
    {
      key: 'trend',
      spare: 1,
      header: say('header.trend'),
      value: ({ values }) => sparkline(values, trendCells),
    },
  ];
}

/** One sample of a row. */
export interface TableSample {
  readonly row: MetricRow;
  readonly time: number;
  readonly place: number;
}

export function tableSamples({ times, rows }: MetricTable): readonly TableSample[] {
  return rows.flatMap((row) => times.map((time, place) => ({ row, time, place })));
}

/** A column per label. */
export function tableSampleColumns({ rows }: MetricTable): Column<TableSample>[] {
  const names = [...new Set(rows.flatMap(({ labels }) => Object.keys(labels)))].sort();
  const withBand = rows.some(({ min }) => min !== undefined);
  const band: Column<TableSample>[] = [
    { key: 'min', header: '', value: ({ row, place }) => row.min?.[place] ?? null },
    { key: 'max', header: '', value: ({ row, place }) => row.max?.[place] ?? null },
  ];
  return [
    { key: 'metric', header: '', value: ({ row }) => row.metric },
    { key: 'node', header: '', value: ({ row }) => row.node },
    ...(rows.some(({ across }) => across !== null)
      ? [{ key: 'across', header: '', value: ({ row }: TableSample) => row.across }]
      : []),
    ...names.map(
      (name): Column<TableSample> => ({
        key: name,
        header: name,
        value: ({ row }) => row.labels[name] ?? null,
      }),
    ),
    { key: 'time', header: '', value: ({ time }) => time },
    { key: 'value', header: '', value: ({ row, place }) => row.values[place] ?? null },
    ...(withBand ? band : []),
  ];
}

/** What was declared lost in the range. */
export function gapLines(say: Say, gaps: readonly DeclaredGap[]): StyledLine[] {
  const told = gaps.slice(-mostGaps).map(({ node, from, to, count, reason }) => {
    const values = { node, from: showTime(from), to: showTime(to), reason };
    return count === 0 ? say('gap.unknown', values) : say('gap.counted', { ...values, count });
  });
  const more = gaps.length - told.length;
  if (more > 0) told.unshift(say('fact.more', { count: more }));
  return told.map((text) => [piece(text, 'warning')]);
}

export function latestColumns(say: Say, isSingle: boolean): Column<LatestSample>[] {
  const node: Column<LatestSample> = { key: 'node', header: say('header.node'), value: ({ node }) => node };
  return [
    ...(isSingle ? [] : [node]),
    { key: 'metric', header: say('header.metric'), value: ({ metric }) => metric },
    { key: 'labels', header: say('header.labels'), value: ({ labels }) => labelText(labels), shrinks: true },
    {
      key: 'value',
      header: say('header.value'),
      value: ({ value }) => value,
      show: ({ metric, value }) => showMetricValue(metric, value, false),
      align: 'right',
    },
    {
      key: 'perSecond',
      header: say('header.perSecond'),
      value: ({ perSecond }) => perSecond,
      show: ({ metric, perSecond }) => showMetricValue(metric, perSecond, true),
      align: 'right',
    },
    {
      key: 'time',
      header: say('header.time'),
      value: ({ time }) => time,
      show: ({ time }) => showTime(time),
      only: 'wide',
    },
  ];
}

export function topColumns(
  say: Say,
  {
    metric,
    rate,
    withLabels,
  }: { readonly metric: string; readonly rate: boolean; readonly withLabels: boolean },
): Column<TopEntry>[] {
  const labels: Column<TopEntry> = {
    key: 'labels',
    header: say('header.labels'),
    value: ({ labels }) => labelText(labels ?? {}),
    shrinks: true,
  };
  return [
    { key: 'node', header: say('header.node'), value: ({ node }) => node },
    ...(withLabels ? [labels] : []),
    {
      key: 'value',
      header: rate ? say('header.perSecond') : say('header.value'),
      value: ({ value }) => value,
      show: ({ value }) => showMetricValue(metric, value, rate),
      align: 'right',
    },
  ];
}

function labelText(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}

type Values = readonly (number | null)[];

function least(values: Values): number | null {
  return values.reduce((low, each) => (each === null || (low !== null && low <= each) ? low : each), null);
}

function most(values: Values): number | null {
  return values.reduce(
    (high, each) => (each === null || (high !== null && high >= each) ? high : each),
    null,
  );
}

function average(values: Values): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}
