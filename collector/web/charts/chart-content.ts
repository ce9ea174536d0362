// What one chart shows right now. In: a panel and the state of the feed. Out: lines on the shared grid, or why there
// are none. Many lines become a band of minimum, median and maximum. Pure.
import type { ApiError } from '../api/client.ts';
import type { MessageKey } from '../i18n/language.ts';
import { gridTimes, toGrid } from './grid.ts';
import { figureAt, type Line, toBand } from './lines.ts';
import { type FeedState, queryKey } from './metric-feed.ts';
import type { Panel } from './panel.ts';
import type { Unit } from './units.ts';

export const mostLines = 12;

const freshSteps = 3;
const freshSeconds = 10;

export interface ChartContent {
  readonly times: readonly number[];
  /** A figure of before this is not how things are at the end of the range. */
  readonly freshFrom: number;
  readonly lines: readonly Line[];
  /** Set when the lines were too many to be told apart: `lines` are then minimum, median and maximum of so many. */
  readonly bandOf: number | null;
  /** How many lines are left out because they are 0 throughout. */
  readonly idle: number;
  /** Set when lines were set aside for others. */
  readonly aside: MessageKey | null;
  readonly error: ApiError | null;
  readonly loading: boolean;
}

export interface BandNames {
  /** A range may reach into the future, in which nothing is missed. */
  readonly now?: number;
  readonly min: string;
  readonly median: string;
  readonly max: string;
}

export function chartContent(panel: Panel, state: FeedState, names: BandNames): ChartContent {
  const keys = panel.queries.map(queryKey);
  const error = keys.map((key) => state.errors.get(key)).find((found) => found !== undefined) ?? null;
  if (state.window === null)
    return { times: [], freshFrom: 0, lines: [], bandOf: null, idle: 0, aside: null, error, loading: true };
  const { from, to, step } = state.window;
  const times = gridTimes(from, to, step);
  const freshFrom = Math.min(to, names.now ?? to) - Math.max(freshSteps * step, freshSeconds);
  const series = keys.flatMap((key) => state.series.get(key) ?? []);
  const told = panel.derive(toGrid(series, times, step)).filter(hasValue);
  const wanted = withoutAside(panel, told);
  const aside = wanted.length < told.length ? (panel.aside?.note ?? null) : null;
  const lines = withoutIdle(panel, wanted);
  const idle = wanted.length - lines.length;
  if (panel.shape === 'lines' && lines.length > mostLines) {
    const band = toBand(lines);
    const shown = [
      { name: names.min, values: band.min },
      { name: names.median, values: band.median },
      { name: names.max, values: band.max },
    ];
    return { times, freshFrom, lines: shown, bandOf: lines.length, idle, aside, error, loading: false };
  }
  return { times, freshFrom, lines, bandOf: null, idle, aside, error, loading: false };
}

/** What the legend says of a line: the figure at an index; without one the last, where that is fresh. */
export function legendFigure(
  { times, freshFrom }: ChartContent,
  line: Line,
  index: number | null,
): number | null {
  if (index !== null) return figureAt(line, index);
  const last = line.values.findLastIndex((value) => value !== null);
  return (times[last] ?? -Infinity) < freshFrom ? null : figureAt(line, last);
}

function withoutAside({ aside }: Panel, lines: readonly Line[]): readonly Line[] {
  const others = aside === undefined ? lines : lines.filter((line) => !aside.holds(line));
  return others.length === 0 ? lines : others;
}

/** Of these, 0 means that nothing happened; 0 % or 0 °C would be news. */
const activityUnits: ReadonlySet<Unit> = new Set(['bytesPerSecond', 'perSecond', 'number']);

/** Of many devices only those that did something; all of them when none did. */
function withoutIdle({ unit }: Panel, lines: readonly Line[]): readonly Line[] {
  if (!activityUnits.has(unit) || lines.length <= 4) return lines;
  const active = lines.filter(({ values }) => values.some((value) => value !== null && value !== 0));
  return active.length === 0 ? lines : active;
}

function hasValue({ values }: Line): boolean {
  return values.some((value) => value !== null);
}
