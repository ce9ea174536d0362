// What differs between two profiles, windows or ranks: functions by how much their share has changed, those of which it is sure
// first. In: the judged functions. Out: lines; red and + for more, blue and − for less.
import type { FunctionDifference } from '../../../shared/stacks/difference.ts';
import type { Stacks } from '../../../shared/stacks/stacks.ts';
import type { Say } from '../../language/language.ts';
import { padToWidth } from '../../output/cell-width.ts';
import type { Column } from '../../output/output.ts';
import { changePaint } from '../../output/palette.ts';
import { piece, type Style, type StyledLine } from '../../output/styled-text.ts';
import { drawFlame, type FlameLook } from './flame-view.ts';
import { figureText, type Place, placePieces } from './function-line.ts';
import type { StackBranch } from './stack-branches.ts';

export type JudgedShare = 'self' | 'total';

export interface DifferenceLook {
  readonly by: JudgedShare;
  /** Smaller changes are left out, 0 to 1. */
  readonly min: number;
  readonly width: number | undefined;
}

const changeCells = 8;
const intervalCells = 15;
/** Of those that may be chance. */
const mostUnsure = 10;

export function differenceLines(
  rows: readonly FunctionDifference[],
  look: DifferenceLook,
  say: Say,
): StyledLine[] {
  const shown = rows.filter(({ difference }) => difference !== 0 && Math.abs(difference) >= look.min);
  const sure = shown.filter(({ isSure }) => isSure);
  const unsure = shown.filter(({ isSure }) => !isSure);
  const line = (row: FunctionDifference): StyledLine => changeLine(row, look);
  return [
    ...(shown.length === 0 ? [] : [heading(look, say)]),
    ...(sure.length === 0 ? [[piece(say('difference.none'), 'dim')]] : sure.map(line)),
    ...(unsure.length === 0 ? [] : [[], [piece(say('difference.unsure'), 'dim')]]),
    ...unsure.slice(0, mostUnsure).map(line),
    ...(unsure.length <= mostUnsure
      ? []
      : [[piece(say('fact.more', { count: unsure.length - mostUnsure }), 'dim')]]),
  ];
}

function heading({ by }: DifferenceLook, say: Say): StyledLine {
  const texts = [
    padToWidth(say('header.change'), changeCells, 'right'),
    padToWidth(say('header.interval'), intervalCells, 'right'),
    padToWidth(say(`header.base.${by}`), changeCells, 'right'),
    padToWidth(say(`header.now.${by}`), changeCells, 'right'),
    say('header.function'),
  ];
  return [piece(texts.join('  '), 'strong')];
}

function changeLine(row: FunctionDifference, { by, width }: DifferenceLook): StyledLine {
  const { difference, low, high, isSure, frame } = row;
  const [base, now] = by === 'self' ? [row.baseSelf, row.self] : [row.baseTotal, row.total];
  const style: Style = !isSure ? 'dim' : difference > 0 ? 'bad' : 'cold';
  const interval = `${points(low)} … ${points(high)}`;
  const figures = [signedShare(difference).padStart(changeCells), interval.padStart(intervalCells)];
  const used = changeCells + intervalCells + 2 * changeCells + 8;
  return [
    piece(`${figures[0]}  `, style),
    piece(`${figures[1]}  `, 'dim'),
    piece(figureText(base) + figureText(now)),
    ...placePieces(frame, {
      style: isSure ? 'strong' : 'dim',
      room: width === undefined ? undefined : width - used,
    }),
  ];
}

/** '+12.3 %'; of all, not of what it was. */
export function signedShare(share: number): string {
  return `${points(share)} %`;
}

function points(share: number): string {
  const text = Math.abs(share * 100).toFixed(1);
  return text === '0.0' ? '0.0' : `${share < 0 ? '−' : '+'}${text}`;
}

/** Widths are the shares now; colour and figure say what has changed since the base. */
export function differenceFlame(
  stacks: Stacks,
  base: { readonly total: Float64Array; readonly weight: number },
  {
    look,
    say,
  }: { readonly look: Pick<FlameLook, 'width' | 'min' | 'root' | 'manyColors'>; readonly say: Say },
): StyledLine[] {
  const change = (branch: StackBranch | null): number =>
    branch === null ? 0 : branch.total - (base.total[branch.branch] ?? 0) / Math.max(base.weight, 1);
  return drawFlame(stacks, look, {
    allName: say('fact.all'),
    paintOf: (branch) => changePaint(change(branch)),
    figureOf: (branch) => (branch === null ? '' : signedShare(change(branch))),
    isFound: () => false,
  });
}

export type DifferenceRow = FunctionDifference & Place;

export function differenceColumns(say: Say): Column<DifferenceRow>[] {
  const number = (
    key: keyof DifferenceRow & ('difference' | 'low' | 'high' | 'self' | 'baseSelf' | 'total' | 'baseTotal'),
  ) => ({
    key,
    header: '',
    value: (row: DifferenceRow) => row[key],
  });
  return [
    { key: 'function', header: say('header.function'), value: (row) => row.function },
    { key: 'module', header: say('header.module'), value: (row) => row.module },
    ...(['difference', 'low', 'high', 'self', 'baseSelf', 'total', 'baseTotal'] as const).map(number),
    { key: 'isSure', header: '', value: ({ isSure }) => isSure },
  ];
}
