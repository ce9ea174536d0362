// In: what one segment of the log holds of one node. Out: the same, by time. The first tick of a time stays, and the
// first snapshot.
import type { Gap } from '../../../shared/model/delivery.ts';
import type { Inventory } from '../../../shared/model/node.ts';
import type { ProcessSnapshot } from '../../../shared/model/process.ts';
import type { SeriesList } from '../log/series-lists.ts';

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

  addSnapshot(snapshot: ProcessSnapshot): void {
    this.snapshotTimes.add(snapshot.timeMs);
    this.snapshots.push(snapshot);
  }
}
