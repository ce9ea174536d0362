// How a profile spreads over threads, processes (ranks) or nodes: who has more, who has less, who stands out. In: the API's rows.
// Out: a table with bars, and a line that sums it up.
import type { Profile } from '../../../shared/api/profile.ts';
import type { SpreadBy, SpreadRow } from '../../../shared/api/profile-view.ts';
import { formatRatio } from '../../../shared/format.ts';
import type { Say } from '../../language/language.ts';
import type { Column } from '../../output/output.ts';
import { piece, type StyledLine } from '../../output/styled-text.ts';
import { weightFigure, weightText } from './weight-text.ts';

export interface JudgedRow extends SpreadRow {
  /** What is compared: of the function that is looked for, else the own work: what is not MPI. */
  readonly value: number;
  readonly standsOut: 'high' | 'low' | null;
}

export interface Spread {
  /** The highest first. */
  readonly rows: readonly JudgedRow[];
  readonly median: number;
}

/** `sampleWeight`: of one sample, for what chance alone does. */
export function judgeSpread(
  rows: readonly SpreadRow[],
  { isWanted, sampleWeight }: { readonly isWanted: boolean; readonly sampleWeight: number },
): Spread {
  const valueOf = (row: SpreadRow): number => (isWanted ? row.wanted : row.weight * row.ownShare);
  const values = rows.map(valueOf).sort((a, b) => a - b);
  const median = middle(values);
  const reach = tolerance(values, median, sampleWeight);
  const judged = rows.map((row) => {
    const value = valueOf(row);
    const standsOut = Math.abs(value - median) <= reach ? null : value > median ? 'high' : 'low';
    return { ...row, value, standsOut } as const;
  });
  return { rows: judged.sort((a, b) => b.value - a.value), median };
}

/** Few rows have no middle to stand out from. */
const fewest = 3;

/**
 * How far from the median is usual: 3.5 of the standard deviations that the median deviation says (Iglewicz and Hoaglin, 1993), but
 * no less than four of those that counting has, nor than a twentieth.
 */
function tolerance(values: readonly number[], median: number, sampleWeight: number): number {
  if (values.length < fewest) return Number.POSITIVE_INFINITY;
  const deviation = middle(values.map((value) => Math.abs(value - median)).sort((a, b) => a - b));
  const counting = Math.sqrt(median / sampleWeight) * sampleWeight;
  return Math.max(3.5 * 1.4826 * deviation, 4 * counting, median / 20);
}

function middle(sorted: readonly number[]): number {
  const half = Math.floor(sorted.length / 2);
  const high = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? high : (high + (sorted[half - 1] ?? 0)) / 2;
}

/** At most so many: from both ends. */
export function bothEnds<T>(rows: readonly T[], most: number): { readonly first: T[]; readonly last: T[] } {
  if (rows.length <= most) return { first: [...rows], last: [] };
  const last = Math.floor(most / 2);
  return { first: rows.slice(0, most - last), last: last === 0 ? [] : rows.slice(-last) };
}

export interface SpreadLayout {
  readonly over: SpreadBy;
  readonly unit: Profile['unit'];
  readonly isWanted: boolean;
  /** Of all rows. */
  readonly highest: number;
  readonly ranks: boolean;
  /** In MPI, some of them: otherwise all work is own work. */
  readonly waits: boolean;
  readonly barCells: number;
}

export function spreadColumns(say: Say, layout: SpreadLayout): Column<JudgedRow>[] {
  const { over, unit, isWanted, highest, barCells, waits } = layout;
  const isAll = !waits && !isWanted;
  const weight = (key: string, header: string, value: (row: JudgedRow) => number): Column<JudgedRow> => ({
    key,
    header,
    value,
    show: (row) => weightFigure(value(row), unit),
    align: 'right',
  });
  return [
    ...originColumns(say, layout),
    {
      ...weight('weight', say(`header.weight.${unit}`), (row) => row.weight),
      spare: 3,
      ...(isAll ? { only: 'csv' } : {}),
    },
    {
      key: 'ownShare',
      header: say('header.ownShare'),
      value: ({ ownShare }) => ownShare,
      show: ({ ownShare }) => formatRatio(ownShare),
      align: 'right',
      spare: 1,
      ...(waits ? {} : { only: 'csv' }),
    },
    weight(
      'value',
      say(isWanted ? 'header.inFunction' : isAll ? `header.weight.${unit}` : 'header.ownWork'),
      ({ value }) => value,
    ),
    {
      key: 'bar',
      header: '',
      value: () => null,
      show: ({ value }) => bar(highest > 0 ? value / highest : 0, barCells),
      style: ({ standsOut }) => (standsOut === null ? 'accent' : 'warning'),
      only: 'screen',
    },
    {
      key: 'standsOut',
      header: '',
      value: ({ standsOut }) => standsOut,
      show: ({ standsOut }) => (standsOut === null ? '' : say(`spread.${standsOut}`)),
      style: () => 'warning',
      spare: over === 'node' ? 4 : 2,
    },
  ];
}

function originColumns(say: Say, { over, ranks }: SpreadLayout): Column<JudgedRow>[] {
  const node = { key: 'node', header: say('header.node'), value: ({ node: name }: JudgedRow) => name };
  if (over === 'node') return [node];
  const id = (key: 'rank' | 'pid' | 'thread', header: string): Column<JudgedRow> => ({
    key,
    header,
    value: (row) => row[key],
    align: 'right',
  });
  return [
    node,
    ...(ranks ? [id('rank', say('header.rank'))] : []),
    id('pid', say('header.pid')),
    ...(over === 'thread' ? [id('thread', say('header.thread'))] : []),
    { key: 'name', header: say('header.name'), value: ({ name }) => name, shrinks: true },
  ];
}

function bar(ratio: number, cells: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, ratio)) * cells * 8);
  return '█'.repeat(Math.floor(eighths / 8)) + ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'][eighths % 8];
}

export function spreadSummary({ rows, median }: Spread, unit: Profile['unit'], say: Say): StyledLine[] {
  const [high, low] = [rows[0], rows.at(-1)];
  if (high === undefined || low === undefined) return [];
  const outliers = rows.filter(({ standsOut }) => standsOut !== null).length;
  const figures = {
    min: weightText(low.value, unit, say),
    median: weightText(median, unit, say),
    max: weightText(high.value, unit, say),
  };
  const times = median > 0 && high.value > 1.005 * median ? (high.value / median).toFixed(2) : null;
  const remarks = [
    ...(times === null ? [] : [piece(`${say('spread.times', { times })}  `)]),
    ...(outliers === 0 ? [] : [piece(say('spread.outliers', { count: outliers }), 'warning')]),
  ];
  return [[piece(say('spread.summary', figures))], ...(remarks.length === 0 ? [] : [remarks])];
}
