// In: metrics, nodes and a grid. Out: their series in the buckets of the grid, in the order of the question.
import type { BucketGrid, RolledSeries } from '../store/buckets.ts';
import type { SeriesSelector } from '../store/series-selector.ts';
import type { NodeRecord, Store } from '../store/store.ts';
import { createTurns } from '../store/turns.ts';

const turnMs = 2;

/** More ticks than this in a row are missing only when something is wrong. */
const maxGapIntervals = 3;

/** What a question over time needs of the store. */
export type RangeStore = Pick<Store, 'nodes' | 'latestTicks' | 'gaps' | 'gapsOf' | 'rollUp'>;

export interface RolledScope {
  readonly nodes: readonly NodeRecord[];
  readonly selectors: readonly SeriesSelector[];
  readonly grid: BucketGrid;
  /** Nothing measured later is counted, ms. */
  readonly toMs: number;
  /** Nothing but averages and counts is needed: there is less to read and to move. */
  readonly onlyAverage?: boolean;
}

/** Series without a sample in the grid are left out. */
export async function readRolled(
  store: Pick<Store, 'rollUp'>,
  { nodes, selectors, grid, toMs, onlyAverage = false }: RolledScope,
): Promise<readonly RolledSeries[]> {
  if (grid.count === 0 || nodes.length === 0) return [];
  const fromMs = grid.firstMs - grid.stepMs;
  const found = await Promise.all(
    [...byLookback(nodes)].map(([lookbackMs, names]) =>
      store.rollUp({ nodes: names, selectors, fromMs, toMs }, grid, { lookbackMs, onlyAverage }),
    ),
  );
  const [only = []] = found;
  return found.length === 1 ? only : inOrder(found.flat(), nodes);
}

/** Calls `use` for one series after another; others have their turn in between. */
export async function forEachRolled(
  series: readonly RolledSeries[],
  use: (one: RolledSeries) => void,
): Promise<void> {
  const yieldTurn = createTurns(turnMs);
  for (const [place, one] of series.entries()) {
    use(one);
    if (place % 64 === 63) await yieldTurn();
  }
}

/** Nodes that measure as often have gaps of the same length. */
function byLookback(nodes: readonly NodeRecord[]): ReadonlyMap<number, string[]> {
  const groups = new Map<number, string[]>();
  for (const { name, intervalMs } of nodes) {
    const lookbackMs = maxGapIntervals * intervalMs;
    const group = groups.get(lookbackMs);
    if (group === undefined) groups.set(lookbackMs, [name]);
    else group.push(name);
  }
  return groups;
}

function inOrder(series: readonly RolledSeries[], nodes: readonly NodeRecord[]): readonly RolledSeries[] {
  const places = new Map(nodes.map(({ name }, place) => [name, place]));
  return series.toSorted((a, b) => (places.get(a.node) ?? 0) - (places.get(b.node) ?? 0));
}
