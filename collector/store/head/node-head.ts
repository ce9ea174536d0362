// In: what one segment of the log holds of one node. Out: the same, by time. The first tick of a time stays, and the
// first snapshot.
import type { Gap } from '../../../shared/model/delivery.ts';
import type { Inventory } from '../../../shared/model/node.ts';
import type { ProcessSnapshot } from '../../../shared/model/process.ts';
import type { SeriesList } from '../log/series-lists.ts';

/** Ticks of a node, oldest first, each time once. */
export interface HeadTicks {
  readonly timesMs: readonly number[];
  readonly lists: readonly SeriesList[];
  readonly rows: readonly Float64Array[];
}

export const noTicks: HeadTicks = { timesMs: [], lists: [], rows: [] };

/** Times in the order in which they came, and whether one is among them. */
class Times {
  readonly all: number[] = [];
  newest = Number.NEGATIVE_INFINITY;
  isAscending = true;
  /** Only once they did not ascend. */
  #seen: Set<number> | undefined;

  has(timeMs: number): boolean {
    if (timeMs > this.newest) return false;
    if (timeMs === this.newest) return true;
    this.#seen ??= new Set(this.all);
    return this.#seen.has(timeMs);
  }

  add(timeMs: number): void {
    if (timeMs > this.newest) this.newest = timeMs;
    else this.isAscending = false;
    this.all.push(timeMs);
    this.#seen?.add(timeMs);
  }
}

export class NodeHead {
  readonly tickTimes = new Times();
  /** Of each tick. */
  readonly lists: SeriesList[] = [];
  readonly rows: Float64Array[] = [];
  readonly snapshotTimes = new Times();
  readonly snapshots: ProcessSnapshot[] = [];
  readonly gaps: Gap[] = [];
  inventory: Inventory | undefined;

  addTick(timeMs: number, list: SeriesList, row: Float64Array): void {
    this.tickTimes.add(timeMs);
    this.lists.push(list);
    this.rows.push(row);
  }

  /** Both ends included. Most often all of them, as they are. */
  ticks(fromMs: number, toMs: number): HeadTicks {
    const { all, isAscending, newest } = this.tickTimes;
    const whole = { timesMs: all, lists: this.lists, rows: this.rows };
    if (isAscending && (all[0] ?? fromMs) >= fromMs && newest <= toMs) return whole;
    const places = [...all.keys()].filter((place) => isWithin(all[place], fromMs, toMs));
    if (!isAscending) places.sort((a, b) => (all[a] ?? 0) - (all[b] ?? 0));
    return picked(whole, places);
  }

  addSnapshot(snapshot: ProcessSnapshot): void {
    this.snapshotTimes.add(snapshot.timeMs);
    this.snapshots.push(snapshot);
  }
}

/** Both without times in common. */
export function joined(before: HeadTicks, after: HeadTicks): HeadTicks {
  const both = {
    timesMs: before.timesMs.concat(after.timesMs),
    lists: before.lists.concat(after.lists),
    rows: before.rows.concat(after.rows),
  };
  if ((before.timesMs.at(-1) ?? 0) < (after.timesMs[0] ?? 0)) return both;
  const { timesMs } = both;
  const places = [...timesMs.keys()].sort((a, b) => (timesMs[a] ?? 0) - (timesMs[b] ?? 0));
  return picked(both, places);
}

function picked({ timesMs, lists, rows }: HeadTicks, places: readonly number[]): HeadTicks {
  const pick = <T>(items: readonly T[]): T[] =>
    places.map((place) => items[place]).filter((item) => item !== undefined);
  return { timesMs: pick(timesMs), lists: pick(lists), rows: pick(rows) };
}

function isWithin(timeMs: number | undefined, fromMs: number, toMs: number): boolean {
  return timeMs !== undefined && timeMs >= fromMs && timeMs <= toMs;
}
