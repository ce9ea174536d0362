// When a profile was busy: a line for each second, cells for its parts, the more was sampled the hotter. In: the course in
// time. Out: lines with a ruler and a legend. Where there are no colours, characters are denser instead.
import type { Profile } from '../../../shared/api/profile.ts';
import type { ProfileTimeline } from '../../../shared/api/profile-view.ts';
import type { Say } from '../../language/language.ts';
import { cutToWidth, padToWidth } from '../../output/cell-width.ts';
import { heatCharacters, heatPaint } from '../../output/palette.ts';
import { type Piece, painted, piece, type StyledLine } from '../../output/styled-text.ts';
import type { HeatPlan } from './heat-plan.ts';
import { shortSeconds, weightFigure, weightText } from './weight-text.ts';

export interface HeatRow {
  /** Seconds since the begin of the profile. */
  readonly from: number;
  readonly to: number;
  readonly weights: readonly number[];
  readonly weight: number;
}

export function heatRows({ from, step, weights }: ProfileTimeline, { cells }: HeatPlan): HeatRow[] {
  const rows: HeatRow[] = [];
  for (let first = 0; first < weights.length; first += cells) {
    const own = weights.slice(first, first + cells);
    // The end of a profile falls into a cell of its own.
    if (own.length < cells && rows.length > 0 && own.every((weight) => weight === 0)) break;
    rows.push({
      from: rounded(from + first * step),
      to: rounded(from + (first + own.length) * step),
      weights: own,
      weight: own.reduce((sum, weight) => sum + weight, 0),
    });
  }
  return rows;
}

const labelCells = 9;
const barCells = 8;

export function heatMapLines(
  rows: readonly HeatRow[],
  { plan, unit, say }: { readonly plan: HeatPlan; readonly unit: Profile['unit']; readonly say: Say },
): StyledLine[] {
  const top = hottest(rows);
  const most = Math.max(...rows.map(({ weight }) => weight), Number.MIN_VALUE);
  const decimals = rows.every(({ from }) => Number.isInteger(from)) ? 0 : 2;
  const label = (seconds: number): string => `${seconds.toFixed(decimals)} s`.padStart(labelCells);
  return [
    rulerLine(plan),
    ...rows.map(({ from, weights, weight }) => [
      piece(`${label(from)} |`, 'dim'),
      ...cellPieces(weights, top),
      piece(`${' '.repeat(plan.cells - weights.length)}| `, 'dim'),
      piece(padToWidth('█'.repeat(Math.round((weight / most) * barCells)), barCells + 1, 'left'), 'accent'),
      piece(weightFigure(weight, unit)),
    ]),
    legendLine(top, { plan, unit, say }),
  ];
}

/** Neighbours of one colour are one piece. */
function cellPieces(weights: readonly number[], top: number): Piece[] {
  const pieces: Piece[] = [];
  let [run, last] = ['', -1];
  for (const weight of [...weights, -1]) {
    const level = weight < 0 ? -1 : levelOf(weight, top);
    if (level !== last && run !== '') {
      pieces.push(painted(run, { ...heatPaint(last), fore: heatPaint(last).back }));
      run = '';
    }
    run += heatCharacters.charAt(level);
    last = level;
  }
  return pieces;
}

const levels = heatCharacters.length;

function levelOf(weight: number, top: number): number {
  if (!(weight > 0)) return 0;
  return 1 + Math.min(levels - 2, Math.floor((weight / top) * (levels - 1)));
}

/** What all but the hottest hundredth stay below: one cell must not pale the others. */
function hottest(rows: readonly HeatRow[]): number {
  const found = rows.flatMap(({ weights }) => weights.filter((weight) => weight > 0)).sort((a, b) => a - b);
  return found[Math.floor(0.99 * (found.length - 1))] ?? 1;
}

const rulerParts = 5;

function rulerLine({ cells, step }: HeatPlan): StyledLine {
  const part = cells / rulerParts;
  const marks = Array.from({ length: rulerParts }, (_, index) =>
    padToWidth(
      cutToWidth(index === 0 ? '0' : shortSeconds(rounded(index * part * step)), part - 1),
      part,
      'left',
    ),
  );
  return [piece(`${' '.repeat(labelCells)}  ${marks.join('')}`, 'dim')];
}

function legendLine(
  top: number,
  { plan, unit, say }: { readonly plan: HeatPlan; readonly unit: Profile['unit']; readonly say: Say },
): StyledLine {
  const shades = Array.from({ length: levels }, (_, level) => {
    const paint = heatPaint(level);
    return painted(heatCharacters.charAt(level), { ...paint, fore: paint.back });
  });
  return [
    piece(`${' '.repeat(labelCells)}  ${say('heat.cell', { step: shortSeconds(plan.step) })}   0 |`, 'dim'),
    ...shades,
    piece(`| ${say('heat.top', { weight: weightText(top, unit, say) })}`, 'dim'),
  ];
}

export interface Extremes {
  readonly most: HeatRow;
  readonly least: HeatRow;
}

/** The busiest and the quietest line, where they differ by more than chance; `sampleWeight`: of one sample. */
export function extremesOf(rows: readonly HeatRow[], sampleWeight: number): Extremes | null {
  const whole = rows.filter(({ weights }) => weights.length === rows[0]?.weights.length);
  const [most] = whole.toSorted((a, b) => b.weight - a.weight);
  const [least] = whole.toSorted((a, b) => a.weight - b.weight);
  if (most === undefined || least === undefined) return null;
  const [high, low] = [most.weight / sampleWeight, least.weight / sampleWeight];
  return high - low > certainty * Math.sqrt(high + low) ? { most, least } : null;
}

/** Standard deviations; the extremes of many lines lie far apart by chance alone. */
const certainty = 4;

/** Steps are no binary fractions. */
function rounded(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e6;
}
