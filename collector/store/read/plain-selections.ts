// In: ranges of a store that keeps raw samples and single snapshots. Out: roll-ups and lists of snapshots, made by reading
// all of them.

import type { BucketGrid, RolledSeries } from '../buckets.ts';
import { rollUp } from '../columns/roll-up.ts';
import type { RollUpOptions, SeriesData, SeriesSelection, StoredSnapshot } from '../store.ts';
import { createTurns } from '../turns.ts';

const turnMs = 10;

export async function rollUpSelected(
  select: (selection: SeriesSelection) => Promise<readonly SeriesData[]>,
  selection: SeriesSelection,
  grid: BucketGrid,
  { lookbackMs }: RollUpOptions,
): Promise<readonly RolledSeries[]> {
  const beginMs = grid.firstMs - grid.stepMs;
  const yieldTurn = createTurns(turnMs);
  const rolled: RolledSeries[] = [];
  for (const node of selection.nodes) {
    const fromMs = Math.max(selection.fromMs, beginMs) - lookbackMs;
    for (const data of await select({ ...selection, nodes: [node], fromMs })) {
      const { metric, labels, kind, timesMs, values } = data;
      if ((timesMs.at(-1) ?? 0) <= beginMs) continue;
      const buckets = rollUp(kind, { timesMs, values }, grid, { lookbackMs });
      if (buckets.counts.some((count) => count > 0)) rolled.push({ node, metric, labels, buckets });
    }
    await yieldTurn();
  }
  return rolled;
}

/** The newest one at or before a time, again and again, then oldest first. */
export function snapshotsBefore(
  at: (timeMs: number, maxAgeMs: number) => StoredSnapshot | null,
  { fromMs, toMs, limit }: { readonly fromMs: number; readonly toMs: number; readonly limit: number },
): readonly StoredSnapshot[] {
  const found: StoredSnapshot[] = [];
  for (let timeMs = toMs; timeMs >= fromMs; ) {
    const snapshot = at(timeMs, timeMs - fromMs);
    if (snapshot === null) break;
    found.push(snapshot);
    timeMs = snapshot.timeMs - 1;
  }
  return found.toReversed().slice(0, limit);
}
