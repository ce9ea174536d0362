// In: rows of the chart table and the metrics a node has. Out: the panels of each group that it can fill. Pure.
import type { MetricInfo } from '../../../shared/api/metric.ts';
import type { SeriesQuery } from '../api/resources.ts';
import { type Said, say, type Words } from '../i18n/language.ts';
import type { ChartGroup } from './chart-table.ts';
import type { Grid, GridSeries } from './grid.ts';
import { divide, type Line, metricOf, sumByLabels, trailingMean } from './lines.ts';
import type { Panel } from './panel.ts';

export interface LineSource {
  readonly metric: string;
  /** A line for each combination of these labels, a blank between them; without any, one line. */
  readonly by: string;
  /** What is said after the labels. */
  readonly name: Said | null;
  /** Counter by whose rate the rate of this one is divided: seconds per request. */
  readonly per?: string;
  /** Only series with this label. */
  readonly match?: readonly [label: string, value: string];
  /** The count itself, not its rate. */
  readonly asCount?: true;
}

export interface ChartEntry extends Pick<Panel, 'id' | 'title' | 'unit'> {
  readonly lines: readonly LineSource[];
  readonly more: Partial<Pick<Panel, 'top' | 'missing' | 'aside'>> & {
    /**
     * How far apart the agent reads these counters, where not at every tick. In between they stand, so at a finer step
     * their rate is 0 and then several times too much: shown is the mean over this time.
     */
    readonly everySeconds?: number;
  };
}

/** Groups in the order of the page. */
export type ChartTable = Readonly<Record<ChartGroup, readonly ChartEntry[]>>;

export type Kind = MetricInfo['kind'];

/** undefined: the node does not have it. */
export type KindOf = (metric: string) => Kind | undefined;

/** For charts that stand there before the node's metrics are known: the names tell. */
export function kindByName(metric: string): Kind {
  return metric.endsWith('_total') ? 'counter' : 'gauge';
}

export interface GroupPanels {
  readonly group: ChartGroup;
  readonly panels: readonly Panel[];
}

/** Only groups and charts for which the node has metrics. */
export function groupPanels(
  table: ChartTable,
  infos: readonly Pick<MetricInfo, 'metric' | 'kind'>[],
): readonly GroupPanels[] {
  const kinds = new Map(infos.map(({ metric, kind }) => [metric, kind]));
  return Object.entries(table)
    .map(([group, entries]) => ({
      group: group as ChartGroup,
      panels: entries.flatMap((entry) => tablePanel(entry, (metric) => kinds.get(metric)) ?? []),
    }))
    .filter(({ panels }) => panels.length > 0);
}

/** null when the node has none of its metrics. */
export function tablePanel({ id, title, unit, lines, more }: ChartEntry, kindOf: KindOf): Panel | null {
  const known = lines.filter(
    ({ metric, per }) => kindOf(metric) !== undefined && (per === undefined || kindOf(per) !== undefined),
  );
  if (known.length === 0) return null;
  const { everySeconds = 0, ...looks } = more;
  return {
    id,
    title,
    unit,
    shape: 'lines',
    missing: 'panel.noSeries',
    ...looks,
    queries: known.flatMap((source) => queriesOf(source, kindOf)),
    derive: (grid) =>
      known.flatMap((source) => {
        const isCounter = isRate(source.metric, source, kindOf);
        return deriveLines(grid, source, isCounter ? everySeconds : 0);
      }),
  };
}

function queriesOf(source: LineSource, kindOf: KindOf): readonly SeriesQuery[] {
  const { metric, per, match } = source;
  const query = (name: string): SeriesQuery => ({
    metric: name,
    rate: isRate(name, source, kindOf),
    ...(match === undefined ? {} : { match: match.join('=') }),
  });
  return per === undefined ? [query(metric)] : [query(metric), query(per)];
}

function isRate(metric: string, { asCount }: LineSource, kindOf: KindOf): boolean {
  return kindOf(metric) === 'counter' && asCount !== true;
}

function deriveLines(grid: Grid, source: LineSource, everySeconds: number): readonly Line[] {
  const { metric, by, name, per, match } = source;
  const [first = 0, second = Infinity] = grid.times;
  const steps = Math.ceil(everySeconds / (second - first));
  const seriesOf = (wanted: string): readonly GridSeries[] =>
    metricOf(grid, wanted)
      .filter(({ labels }) => match === undefined || labels[match[0]] === match[1])
      .map((series) => ({ ...series, values: trailingMean(series.values, steps) }));
  const names = by === '' ? [] : by.split(' ');
  const divisors = per === undefined ? null : sumByLabels(seriesOf(per), names, withNoun);
  return [...sumByLabels(seriesOf(metric), names, withNoun)].flatMap(([labels, values]) => {
    const told = [labels, name === null ? '' : say(name)];
    const words = (by === 'index' ? told.reverse() : told).filter((word) => word !== '').join(' ');
    const line = words === '' ? metric : words;
    if (divisors === null) return [{ name: line, values }];
    const divisor = divisors.get(labels);
    return divisor === undefined ? [] : [{ name: line, values: divide(values, divisor) }];
  });
}

/** Of what a bare number is the number. */
const nouns: ReadonlyMap<string, Words> = new Map([
  ['node', ['node', '节点']],
  ['gpu', ['GPU', 'GPU']],
  ['package', ['package', '封装']],
  ['port', ['port', '端口']],
  ['domain', ['domain', '域']],
  ['controller', ['controller', '控制器']],
  ['job', ['job', '作业']],
]);

function withNoun(label: string, value: string): string {
  const noun = nouns.get(label);
  return noun === undefined || !/^\d+$/.test(value) ? value : `${say(noun)} ${value}`;
}
