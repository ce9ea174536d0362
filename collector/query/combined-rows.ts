// In: rows of series and how they become one. Out: the rows that come of it: first the series within each node, then those
// of all nodes. Rows with the same labels (of those that are kept) become one.
import type { Labels } from '../../shared/model/metric.ts';
import { createTurns, type YieldTurn } from '../store/turns.ts';
import { combine } from './across.ts';
import type { MetricRow } from './metric-table.ts';
import type { Across, RangeQuery } from './range.ts';

const turnMs = 2;

export async function combineRows(
  rows: readonly MetricRow[],
  { within, across, by }: Pick<RangeQuery, 'within' | 'across' | 'by'>,
  count: number,
): Promise<readonly MetricRow[]> {
  const ofNodes =
    within === null ? rows : await combineGroups(await groupRows(rows, by, 'of each node'), [within], count);
  if (across.length === 0) return ofNodes;
  return combineGroups(await groupRows(ofNodes, by, 'of all nodes'), across, count);
}

interface Group {
  readonly metric: string;
  readonly node: string | null;
  readonly labels: Labels;
  readonly rows: MetricRow[];
}

async function groupRows(
  rows: readonly MetricRow[],
  by: readonly string[] | null,
  whose: 'of each node' | 'of all nodes',
): Promise<readonly Group[]> {
  const yieldTurn = createTurns(turnMs);
  const groups = new Map<string, Group>();
  for (const [place, row] of rows.entries()) {
    if (place % 64 === 63) await yieldTurn();
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
      const values = await combinePiecewise(own, how, { count, yieldTurn });
      combined.push({ metric, node, labels, rate, across: how, members, values, band: null });
      await yieldTurn();
    }
  }
  return combined;
}

/** So many values at once take about a millisecond. */
const valuesAtOnce = 50_000;

async function combinePiecewise(
  rows: readonly Float64Array[],
  how: Across,
  { count, yieldTurn }: { readonly count: number; readonly yieldTurn: YieldTurn },
): Promise<Float64Array> {
  const places = Math.max(1, Math.floor(valuesAtOnce / Math.max(1, rows.length)));
  if (places >= count) return combine(rows, how, count);
  const values = new Float64Array(count);
  for (let from = 0; from < count; from += places) {
    const to = Math.min(count, from + places);
    const own = rows.map((row) => row.subarray(from, to));
    values.set(combine(own, how, to - from), from);
    await yieldTurn();
  }
  return values;
}
