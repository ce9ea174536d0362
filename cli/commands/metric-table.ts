// Several metrics of a node or node set, or figures over its nodes: what `jidi metrics` shows when it is asked for more than
// one plain metric. And the newest samples.
import type { LatestSample, MetricTable } from '../../shared/api/range.ts';
import { foldNodeSet } from '../../shared/nodeset.ts';
import { exitCodes } from '../exit-code.ts';
import { momentText } from '../option-values.ts';
import { piece } from '../output/styled-text.ts';
import type { Session } from '../session.ts';
import {
  gapLines,
  latestColumns,
  tableColumns,
  tableSampleColumns,
  tableSamples,
} from '../views/metric-row-view.ts';

export interface TableOptions {
  readonly from: string;
  readonly to: string;
  readonly step?: string;
  readonly match?: Readonly<Record<string, string>>;
  readonly aggregate?: string;
  readonly across?: string;
  readonly within?: string;
  readonly by?: string;
  readonly bands?: true;
}

/** True when one plain metric is not all that is asked for. */
export function wantsTable(
  metric: string,
  { aggregate, across, within, by, bands }: Omit<TableOptions, 'from' | 'to'>,
): boolean {
  const more = [aggregate, across, within, by, bands];
  return /[,{]/.test(metric) || more.some((value) => value !== undefined);
}

export async function readTable(
  { api, output, say, note }: Session,
  names: readonly string[],
  { metric, match, ...options }: TableOptions & { readonly metric: string },
): Promise<number> {
  const { from, to, step, aggregate, across, within, by, bands } = options;
  const table = await api.get<MetricTable>('range', {
    nodes: foldNodeSet(names),
    metrics: withLabels(metric, match),
    from: momentText(from),
    to: momentText(to),
    step,
    aggregate,
    across,
    within,
    by,
    bands,
  });
  if (output.format === 'json') {
    output.json(table);
    return exitCodes.ok;
  }
  if (table.rows.length === 0) note([piece(say('empty.metrics'), 'dim')]);
  if (output.format === 'csv') output.rows(tableSampleColumns(table), tableSamples(table));
  else {
    output.rows(tableColumns(say, table, metric.includes(',')), table.rows);
    note(...gapLines(say, table.gaps ?? []));
  }
  return exitCodes.ok;
}

export async function readLatest(
  { api, output, say, note }: Session,
  names: readonly string[],
  { metric, match }: { readonly metric?: string; readonly match?: TableOptions['match'] },
): Promise<number> {
  const metrics = metric === undefined ? undefined : withLabels(metric, match);
  const samples = await api.get<readonly LatestSample[]>('latest', { nodes: foldNodeSet(names), metrics });
  if (output.format === 'json') output.json(samples);
  else {
    if (samples.length === 0) note([piece(say('empty.metrics'), 'dim')]);
    output.rows(latestColumns(say, names.length === 1), samples);
  }
  return exitCodes.ok;
}

/** Labels of --match count for every metric that names none itself. */
function withLabels(metric: string, match: TableOptions['match']): string {
  const labels = Object.entries(match ?? {}).map(([name, value]) => `${name}=${value}`);
  if (labels.length === 0) return metric;
  const selectors = metric.match(/[^,{]+(\{[^}]*\})?/g) ?? [];
  return selectors.map((one) => (one.includes('{') ? one : `${one}{${labels.join(',')}}`)).join(',');
}
