// In: the last sample of each counter in an hour. Out: the same when the hour after it is compacted: what a counter grew from the
// one hour to the other belongs to the later one. The newest hour is remembered, by group of nodes; what is not known here is
// read from the raw file of the hour before.
import { hourMs } from '../partitions/tier.ts';

export interface Tail {
  readonly timeMs: number;
  readonly value: number;
}

interface GroupTails {
  readonly names: readonly (string | undefined)[];
  /** By series: time and value for each place. */
  readonly bySeries: Map<string, Float64Array>;
}

export class CounterTails {
  #beginMs = Number.NEGATIVE_INFINITY;
  #groups = new Map<number, GroupTails>();

  /** undefined: not known here. Whether these nodes have a sample is told by `tail`. */
  before(beginMs: number, group: number, names: readonly (string | undefined)[]): GroupTails | undefined {
    if (this.#beginMs !== beginMs - hourMs) return undefined;
    const known = this.#groups.get(group);
    const isSame =
      known !== undefined && names.every((name, place) => name === undefined || name === known.names[place]);
    return isSame ? known : undefined;
  }

  /** Remembers the tails of an hour; those of an older one, or of the same one before it got late data, are forgotten. */
  keep(beginMs: number, groups: Map<number, GroupTails>): void {
    if (beginMs < this.#beginMs) return;
    this.#beginMs = beginMs;
    this.#groups = groups;
  }
}

export function emptyTails(names: readonly (string | undefined)[]): GroupTails {
  return { names, bySeries: new Map() };
}

export function tailOf(tails: GroupTails, series: string, place: number): Tail | undefined {
  const known = tails.bySeries.get(series);
  const timeMs = known?.[2 * place] ?? Number.NaN;
  return Number.isNaN(timeMs) ? undefined : { timeMs, value: known?.[2 * place + 1] ?? Number.NaN };
}

export function noteTail(
  tails: GroupTails,
  { series, place }: { series: string; place: number },
  tail: Tail,
): void {
  let known = tails.bySeries.get(series);
  if (known === undefined) {
    known = new Float64Array(2 * tails.names.length).fill(Number.NaN);
    tails.bySeries.set(series, known);
  }
  known[2 * place] = tail.timeMs;
  known[2 * place + 1] = tail.value;
}

export type { GroupTails };

/** The last sample of a column. */
export function lastSample(timesMs: Float64Array, values: Float64Array): Tail | undefined {
  for (let at = values.length - 1; at >= 0; at -= 1) {
    const value = values[at] ?? Number.NaN;
    if (value === value) return { timeMs: timesMs[at] ?? 0, value };
  }
  return undefined;
}
