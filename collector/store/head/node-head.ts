// In: what one segment of the log holds of one node. Out: the same, by time. Whoever adds sees to it that each time is
// there once.
import type { Gap } from '../../../shared/model/delivery.ts';
import type { Inventory } from '../../../shared/model/node.ts';
import type { SeriesList } from '../log/series-lists.ts';
import type { PackedSnapshots } from './packed-snapshots.ts';
import type { Place } from './slabs.ts';
import { Times } from './times.ts';

/** Ticks of a node, oldest first, each time once. All arrays have one entry for each tick. */
export interface HeadTicks {
  readonly timesMs: readonly number[];
  readonly lists: readonly SeriesList[];
  /** The values of a tick are in its slab, from its offset on, as many as its length says. */
  readonly slabs: readonly Float64Array[];
  readonly offsets: readonly number[];
  readonly lengths: readonly number[];
}

export const noTicks: HeadTicks = { timesMs: [], lists: [], slabs: [], offsets: [], lengths: [] };

/** undefined past the end of a tick's values. */
export function valueIn(ticks: HeadTicks, tick: number, place: number): number | undefined {
  if (place >= (ticks.lengths[tick] ?? 0)) return undefined;
  return ticks.slabs[tick]?.[(ticks.offsets[tick] ?? 0) + place];
}

export class NodeHead {
  readonly tickTimes = new Times();
  readonly #lists: SeriesList[] = [];
  readonly #slabs: Float64Array[] = [];
  readonly #offsets: number[] = [];
  readonly #lengths: number[] = [];
  snapshots: PackedSnapshots | undefined;
  readonly gaps: Gap[] = [];
  inventory: Inventory | undefined;

  addTick(
    timeMs: number,
    list: SeriesList,
    { slab, offset, length }: Place<Float64Array> & { length: number },
  ): void {
    this.tickTimes.add(timeMs);
    this.#lists.push(list);
    this.#slabs.push(slab);
    this.#offsets.push(offset);
    this.#lengths.push(length);
  }

  /** Of the ticks, in the order in which they came. */
  get lists(): readonly SeriesList[] {
    return this.#lists;
  }

  /** Both ends included. Most often all of them, as they are. */
  ticks(fromMs: number, toMs: number): HeadTicks {
    const { all, isAscending, newest } = this.tickTimes;
    const whole = {
      timesMs: all,
      lists: this.#lists,
      slabs: this.#slabs,
      offsets: this.#offsets,
      lengths: this.#lengths,
    };
    if (isAscending && (all[0] ?? fromMs) >= fromMs && newest <= toMs) return whole;
    const places = [...all.keys()].filter((place) => isWithin(all[place], fromMs, toMs));
    if (!isAscending) places.sort((a, b) => (all[a] ?? 0) - (all[b] ?? 0));
    return picked(whole, places);
  }
}

/** Both without times in common. */
export function joined(before: HeadTicks, after: HeadTicks): HeadTicks {
  const both = {
    timesMs: before.timesMs.concat(after.timesMs),
    lists: before.lists.concat(after.lists),
    slabs: before.slabs.concat(after.slabs),
    offsets: before.offsets.concat(after.offsets),
    lengths: before.lengths.concat(after.lengths),
  };
  if ((before.timesMs.at(-1) ?? 0) < (after.timesMs[0] ?? 0)) return both;
  const { timesMs } = both;
  return picked(
    both,
    [...timesMs.keys()].sort((a, b) => (timesMs[a] ?? 0) - (timesMs[b] ?? 0)),
  );
}

function picked(ticks: HeadTicks, places: readonly number[]): HeadTicks {
  const pick = <T>(items: readonly T[]): T[] =>
    places.map((place) => items[place]).filter((item) => item !== undefined);
  return {
    timesMs: pick(ticks.timesMs),
    lists: pick(ticks.lists),
    slabs: pick(ticks.slabs),
    offsets: pick(ticks.offsets),
    lengths: pick(ticks.lengths),
  };
}

function isWithin(timeMs: number | undefined, fromMs: number, toMs: number): boolean {
  return timeMs !== undefined && timeMs >= fromMs && timeMs <= toMs;
}
