// In: arrays of series, as ticks bring them; they may grow. Out: one list for all arrays of equal content, so that
// thousands of equal nodes share it and its definitions.
//
// Invariants: a list never changes; what is remembered is bounded: past the bound everything is forgotten and counted,
// and lists that are in use live on beside the new ones.
import type { SeriesDefinition } from '../../../shared/model/metric.ts';

export interface SeriesList {
  readonly series: readonly SeriesDefinition[];
  /** 10^decimals of each. */
  readonly scales: Float64Array;
  /** The list that this one continues; null for the one without series. */
  readonly previous: SeriesList | null;
}

export const noSeries: SeriesList = { series: [], scales: new Float64Array(0), previous: null };

/** True when every place of the shorter list means the same series in the longer one. */
export function continues(list: SeriesList, shorter: SeriesList): boolean {
  for (let step: SeriesList | null = list; step !== null; step = step.previous) {
    if (step === shorter) return true;
  }
  return false;
}

interface Interned {
  readonly id: number;
  readonly definition: SeriesDefinition;
}

/** A list and those that continue it, by the numbers of what they add. */
interface Branch {
  readonly list: SeriesList;
  readonly next: Map<string, Branch>;
}

/** Entries of all lists and definitions together. */
const usualBound = 3_000_000;

export class SeriesLists {
  readonly #bound: number;
  #branches = new WeakMap<readonly SeriesDefinition[], Branch>();
  #known = new WeakMap<SeriesDefinition, Interned>();
  #definitions = new Map<string, Interned>();
  #root: Branch = { list: noSeries, next: new Map() };
  #entries = 0;
  #nextId = 0;
  #resets = 0;

  constructor(bound = usualBound) {
    this.#bound = bound;
  }

  /** How often there was too much to remember. */
  get resets(): number {
    return this.#resets;
  }

  listOf(series: readonly SeriesDefinition[]): SeriesList {
    const known = this.#branches.get(series);
    if (known?.list.series.length === series.length) return known.list;
    const isLonger = (known?.list.series.length ?? 0) < series.length;
    const branch = this.#grow(isLonger && known !== undefined ? known : this.#root, series);
    this.#branches.set(series, branch);
    if (this.#entries > this.#bound) this.#reset();
    return branch.list;
  }

  #grow(before: Branch, series: readonly SeriesDefinition[]): Branch {
    const added = series.slice(before.list.series.length).map((definition) => this.#intern(definition));
    if (added.length === 0) return before;
    const key = added.map(({ id }) => id).join(' ');
    const known = before.next.get(key);
    if (known !== undefined) return known;
    const all = [...before.list.series, ...added.map(({ definition }) => definition)];
    const scales = Float64Array.from(all, ({ decimals }) => 10 ** decimals);
    const branch: Branch = { list: { series: all, scales, previous: before.list }, next: new Map() };
    before.next.set(key, branch);
    this.#entries += all.length;
    return branch;
  }

  #intern(definition: SeriesDefinition): Interned {
    const seen = this.#known.get(definition);
    if (seen !== undefined) return seen;
    const key = seriesKeyOf(definition);
    let interned = this.#definitions.get(key);
    if (interned === undefined) {
      interned = { id: this.#nextId, definition };
      this.#nextId += 1;
      this.#entries += 1;
      this.#definitions.set(key, interned);
    }
    this.#known.set(definition, interned);
    return interned;
  }

  #reset(): void {
    this.#branches = new WeakMap();
    this.#known = new WeakMap();
    this.#definitions = new Map();
    this.#root = { list: noSeries, next: new Map() };
    this.#entries = 0;
    this.#resets += 1;
  }
}

/** What makes a series another one. */
export function seriesKeyOf({ metric, kind, decimals, labels }: SeriesDefinition): string {
  const pairs = Object.keys(labels)
    .toSorted()
    .map((name) => [name, labels[name]]);
  return JSON.stringify([metric, kind, decimals, pairs]);
}
