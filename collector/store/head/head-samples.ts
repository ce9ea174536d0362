// In: a selection. Out: what the head holds of it, flat, as the reader takes it. Slices of a few milliseconds: thousands
// of nodes hold up nobody.
import type { SeriesDefinition } from '../../../shared/model/metric.ts';
import type { HeadSamples } from '../front/reader-door.ts';
import { type SeriesList, seriesKeyOf } from '../log/series-lists.ts';
import { matchesAny, type SeriesSelector } from '../series-selector.ts';
import type { SeriesSelection } from '../store.ts';
import type { YieldTurn } from '../turns.ts';
import type { Head } from './head.ts';
import { type HeadTicks, valueIn } from './node-head.ts';

/** So many nodes are read before others may have a turn. */
const nodesPerTurn = 16;

export async function selectHead(
  head: Head,
  { nodes, selectors, fromMs, toMs }: SeriesSelection,
  yieldTurn: YieldTurn,
): Promise<HeadSamples> {
  const matches = new Matches(selectors);
  const runs = new Runs();
  for (const [place, node] of nodes.entries()) {
    const ticks = head.ticks(node, fromMs, toMs);
    if (ticks.lists.length > 0) addNode(runs, place, { ticks, matches });
    if (place % nodesPerTurn === nodesPerTurn - 1) await yieldTurn();
  }
  return { nodes, series: matches.series, ...runs.take() };
}

function addNode(
  runs: Runs,
  node: number,
  { ticks, matches }: { readonly ticks: HeadTicks; readonly matches: Matches },
): void {
  const [first] = ticks.lists;
  if (first === undefined) return;
  const isOne = ticks.lists.every((list) => list === first);
  const wanted = isOne
    ? matches.of(first)
    : [...new Map(ticks.lists.flatMap((list) => matches.of(list)).map((one) => [one.series, one])).values()];
  const { timesMs } = ticks;
  for (const { series, place } of wanted) {
    for (let tick = 0; tick < timesMs.length; tick += 1) {
      const at = isOne ? place : matches.placeIn(ticks.lists[tick], series);
      const value = at === -1 ? undefined : valueIn(ticks, tick, at);
      if (value !== undefined && !Number.isNaN(value)) runs.add(timesMs[tick] ?? 0, value);
    }
    runs.end(node, series);
  }
}

interface Match {
  /** Place among all series that were found. */
  readonly series: number;
  readonly place: number;
}

/** Which places of a list are asked for: found out once for each list. */
class Matches {
  readonly series: SeriesDefinition[] = [];
  readonly #selectors: readonly SeriesSelector[];
  readonly #ofList = new Map<SeriesList, readonly Match[]>();
  readonly #known = new Map<string, number>();

  constructor(selectors: readonly SeriesSelector[]) {
    this.#selectors = selectors;
  }

  of(list: SeriesList): readonly Match[] {
    const known = this.#ofList.get(list);
    if (known !== undefined) return known;
    const found: Match[] = [];
    for (const [place, definition] of list.series.entries()) {
      if (matchesAny(definition, this.#selectors)) found.push({ series: this.#numberOf(definition), place });
    }
    this.#ofList.set(list, found);
    return found;
  }

  /** -1 when the list does not have it. */
  placeIn(list: SeriesList | undefined, series: number): number {
    if (list === undefined) return -1;
    return this.of(list).find((match) => match.series === series)?.place ?? -1;
  }

  #numberOf(definition: SeriesDefinition): number {
    const key = seriesKeyOf(definition);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.series.push(definition);
    this.#known.set(key, this.series.length - 1);
    return this.series.length - 1;
  }
}

/** Runs that grow. A run without samples is none. */
class Runs {
  #times = new Float64Array(1024);
  #values = new Float64Array(1024);
  #length = 0;
  readonly #nodeOf: number[] = [];
  readonly #seriesOf: number[] = [];
  readonly #starts: number[] = [0];

  add(timeMs: number, value: number): void {
    if (this.#length === this.#times.length) this.#grow();
    this.#times[this.#length] = timeMs;
    this.#values[this.#length] = value;
    this.#length += 1;
  }

  end(node: number, series: number): void {
    if (this.#starts.at(-1) === this.#length) return;
    this.#nodeOf.push(node);
    this.#seriesOf.push(series);
    this.#starts.push(this.#length);
  }

  take(): Omit<HeadSamples, 'nodes' | 'series'> {
    return {
      nodeOf: Uint32Array.from(this.#nodeOf),
      seriesOf: Uint32Array.from(this.#seriesOf),
      starts: Uint32Array.from(this.#starts),
      timesMs: this.#times.slice(0, this.#length),
      values: this.#values.slice(0, this.#length),
    };
  }

  #grow(): void {
    const [times, values] = [this.#times, this.#values];
    this.#times = new Float64Array(this.#length * 2);
    this.#values = new Float64Array(this.#length * 2);
    this.#times.set(times);
    this.#values.set(values);
  }
}
