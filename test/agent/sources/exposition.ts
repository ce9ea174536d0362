// In: metrics in the text format of Prometheus. Out: kinds by name, and series with their values.
import type { Labels } from '../../../shared/model/metric.ts';

interface ExposedSeries {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
}

export interface Exposition {
  readonly kinds: ReadonlyMap<string, string>;
  readonly series: readonly ExposedSeries[];
  valueOf(name: string, labels: Labels): number | undefined;
}

export function parseExposition(text: string): Exposition {
  const kinds = new Map(
    [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', kind = '']) => [name, kind]),
  );
  const series = [...text.matchAll(/^(\w+)(?:\{(.*)\})? (\S+)$/gm)].map(
    ([, name = '', labels = '', value = '']) => ({
      name,
      labels: parseLabels(labels),
      value: numberOf(value),
    }),
  );
  const values = new Map(series.map(({ name, labels, value }) => [keyOf(name, labels), value]));
  return { kinds, series, valueOf: (name, labels) => values.get(keyOf(name, labels)) };
}

function parseLabels(text: string): Labels {
  const pairs = [...text.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)];
  return Object.fromEntries(pairs.map(([, key = '', value = '']) => [key, unescape(value)]));
}

function unescape(text: string): string {
  return text.replace(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character));
}

function numberOf(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  return text === '-Inf' ? Number.NEGATIVE_INFINITY : Number(text);
}

function keyOf(name: string, labels: Labels): string {
  return JSON.stringify([name, Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1))]);
}
