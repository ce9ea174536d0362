// From grid series to what a chart draws: sums, shares, stacks, bands. Pure. A gap in any part is a gap in the sum.
import type { Column, Grid, GridSeries } from './grid.ts';

export interface Line {
  readonly name: string;
  readonly values: Column;
}

export function metricOf(grid: Grid, metric: string): readonly GridSeries[] {
  return grid.series.filter((series) => series.metric === metric);
}

/** One value per time from many; null where `combine` is not given all of them. */
export function combine(columns: readonly Column[], merge: (values: readonly number[]) => number): Column {
  const length = columns[0]?.length ?? 0;
  return Array.from({ length }, (_, index) => {
    const values: number[] = [];
    for (const column of columns) {
      const value = column[index];
      if (value === null || value === undefined) return null;
      values.push(value);
    }
    return merge(values);
  });
}

export function sum(columns: readonly Column[]): Column {
  return combine(columns, (values) => values.reduce((total, value) => total + value, 0));
}

/** a / b; a gap where b is 0. */
export function divide(a: Column, b: Column): Column {
  return a.map((value, index) => {
    const by = b[index];
    return value === null || by === null || by === undefined || by === 0 ? null : value / by;
  });
}

export function scale(column: Column, factor: number): Column {
  return column.map((value) => (value === null ? null : value * factor));
}

/** The mean of each value and those before it, `count` in all; a gap stays one, and others do not count. */
export function trailingMean(column: Column, count: number): Column {
  if (count <= 1) return column;
  return column.map((value, index) => {
    if (value === null) return null;
    const told = column.slice(Math.max(0, index - count + 1), index + 1).filter((one) => one !== null);
    return told.reduce((total, one) => total + one, 0) / told.length;
  });
}

/** Sums of the series that share a label's value, in the order in which the values first appear. */
export function sumBy(series: readonly GridSeries[], label: string): ReadonlyMap<string, Column> {
  return sumByLabels(series, [label]);
}

/** The same over several labels; their values stand side by side in the name. */
export function sumByLabels(
  series: readonly GridSeries[],
  names: readonly string[],
  write: (label: string, value: string) => string = (_, value) => value,
): ReadonlyMap<string, Column> {
  const groups = new Map<string, Column[]>();
  for (const { labels, values } of series) {
    const told = names.flatMap((label): [string, string][] => {
      const value = labels[label];
      return value === undefined ? [] : [[label, value]];
    });
    const name = told.map(([label, value]) => write(label, value)).join(' ');
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [values]);
    else group.push(values);
  }
  return new Map([...groups].map(([name, columns]) => [name, sum(columns)]));
}

/** Each line on top of those before it; a gap below is a gap above. */
export function stack(lines: readonly Line[]): readonly Line[] {
  const stacked: Line[] = [];
  for (const line of lines) {
    const below = stacked.at(-1);
    const values = below === undefined ? line.values : sum([below.values, line.values]);
    stacked.push({ name: line.name, values });
  }
  return stacked;
}

export interface Band {
  readonly min: Column;
  readonly median: Column;
  readonly max: Column;
}

/** Spread over many lines; lines that have a gap at a time do not count there. */
export function toBand(lines: readonly Line[]): Band {
  const length = lines[0]?.values.length ?? 0;
  const min: (number | null)[] = [];
  const median: (number | null)[] = [];
  const max: (number | null)[] = [];
  for (let index = 0; index < length; index += 1) {
    const present = lines
      .map(({ values }) => values[index] ?? null)
      .filter((value) => value !== null)
      .sort((a, b) => a - b);
    min.push(present[0] ?? null);
    median.push(middle(present));
    max.push(present.at(-1) ?? null);
  }
  return { min, median, max };
}

function middle(sorted: readonly number[]): number | null {
  const upper = sorted[Math.floor(sorted.length / 2)];
  if (upper === undefined) return null;
  if (sorted.length % 2 === 1) return upper;
  return ((sorted[sorted.length / 2 - 1] ?? upper) + upper) / 2;
}

/** Values with a gap on both sides: a line cannot show them, so they are drawn as points. */
export function lonelyIndices(values: readonly (number | null | undefined)[]): number[] {
  const lonely: number[] = [];
  values.forEach((value, index) => {
    const isGap = (at: number): boolean => values[at] === null || values[at] === undefined;
    if (value !== null && value !== undefined && isGap(index - 1) && isGap(index + 1)) lonely.push(index);
  });
  return lonely;
}

export interface LineSummary {
  readonly last: number | null;
  readonly min: number | null;
  readonly mean: number | null;
  readonly max: number | null;
}

export function summarize(values: Column): LineSummary {
  const present = values.filter((value) => value !== null);
  if (present.length === 0) return { last: null, min: null, mean: null, max: null };
  let min = Infinity;
  let max = -Infinity;
  let total = 0;
  for (const value of present) {
    min = Math.min(min, value);
    max = Math.max(max, value);
    total += value;
  }
  return { last: present.at(-1) ?? null, min, mean: total / present.length, max };
}

export function figureAt({ values }: Line, index: number): number | null {
  return values[index] ?? null;
}
