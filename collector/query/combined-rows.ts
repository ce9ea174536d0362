// In: rows of series and how they become one. Out: the rows that come of it: first the series within each node, then those
// of all nodes. Rows with the same labels (of those that are kept) become one.
import type { Labels } from '../../shared/model/metric.ts';
import { createTurns } from '../store/turns.ts';
import { combine } from './across.ts';
import type { MetricRow } from './metric-table.ts';
import type { Across, RangeQuery } from './range.ts';

const turnMs = 8;

export async function combineRows(
  rows: readonly MetricRow[],
  { within, across, by }: Pick<RangeQuery, 'within' | 'across' | 'by'>,
  count: number,
): Promise<readonly MetricRow[]> {
  const ofNodes =
    within === null ? rows : await combineGroups(groupRows(rows, by, 'of each node'), [within], count);
  if (across.length === 0) return ofNodes;
  return combineGroups(groupRows(ofNodes, by, 'of all nodes'), across, count);
}

interface Group {
  readonly metric: string;
  readonly node: string | null;
  readonly labels: Labels;
  readonly rows: MetricRow[];
}

function groupRows(
  rows: readonly MetricRow[],
  by: readonly string[] | null,
  whose: 'of each node' | 'of all nodes',
): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const row of rows) {
    const labels = by === null ? row.labels : keptLabels(row.labels, by);
    const node = whose === 'of each node' ? row.node : null;
    const key = JSON.stringify([node, row.metric, ...Object.entries(labels).flat()]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { metric: row.metric, node, labels, rows: [row] });
    else group.rows.push(row);
  }
  return [...groups.values()];
}

function keptLabels(labels: Labels, by: readonly string[]): Labels {
  return Object.fromEntries(
    by.flatMap((name) => {
      const value = labels[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

async function combineGroups(
  groups: readonly Group[],
  across: readonly Across[],
  count: number,
): Promise<readonly MetricRow[]> {
  const yieldTurn = createTurns(turnMs);
  const combined: MetricRow[] = [];
  for (const { metric, node, labels, rows } of groups) {
    const own = rows.map((row) => row.values);
    const members = rows.reduce((sum, row) => sum + row.members, 0);
    const rate = rows.some((row) => row.rate);
    for (const how of across) {
      const values = combine(own, how, count);
      combined.push({ metric, node, labels, rate, across: how, members, values, band: null });
      await yieldTurn();
    }
  }
  return combined;
}
