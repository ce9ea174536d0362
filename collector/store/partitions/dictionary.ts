// The names in a partition file: its nodes and series by number, and which node has which series.
// In: the file's entries. Out: numbers for names and names for numbers; what is new is written when it is asked for.
// It refuses (StoreError `corrupt`) a file that lacks some of them. More series of a node than are kept are counted.
import type { MetricKind, SeriesDefinition } from '../../../shared/model/metric.ts';
import { StoreError } from '../store.ts';
import type { EntryTable } from './entry-table.ts';
import { maxNodes, maxSeries } from './place.ts';
import { decodeNumbers, decodeSeries, decodeText, encodeNumbers, encodeSeries, encodeText } from './rows.ts';

/** Of one node in one file. */
export const maxSeriesPerNode = 100_000;

const maxSharedLists = 1_000;

export interface NumberedSeries extends SeriesDefinition {
  readonly id: number;
}

export class Dictionary {
  readonly #entries: EntryTable;
  readonly #nodes = new Map<string, number>();
  readonly #names = new Map<number, string>();
  readonly #series = new Map<string, NumberedSeries>();
  readonly #seriesById = new Map<number, NumberedSeries>();
  readonly #byMetric = new Map<string, NumberedSeries[]>();
  /** Read when they are asked for. */
  #seriesOfNode = new Map<number, readonly number[]>();
  /** By a number that is made of them. */
  readonly #lists = new Map<number, readonly number[]>();
  #nextNode = 0;
  #nextSeries = 1;

  constructor(entries: EntryTable) {
    this.#entries = entries;
    this.refresh();
  }

  /** Reads what another connection has added. */
  refresh(): void {
    for (const { id, data, place } of this.#entries.all('node')) {
      if (!this.#names.has(id)) this.#learnNode(id, decodeText(data, place));
    }
    for (const { id, data, place } of this.#entries.all('series', this.#nextSeries)) {
      this.#learnSeries({ ...decodeSeries(data, place), id });
    }
    this.#seriesOfNode = new Map();
  }

  /** Forgets what was not committed. */
  reload(): void {
    this.#nodes.clear();
    this.#names.clear();
    this.#series.clear();
    this.#seriesById.clear();
    this.#byMetric.clear();
    this.#nextNode = 0;
    this.#nextSeries = 1;
    this.refresh();
  }

  /** Throws when there are fewer than there were written. */
  check(nodes: number, series: number): void {
    if (this.#names.size === nodes && this.#seriesById.size === series) return;
    throw new StoreError(
      'corrupt',
      `store ${this.#entries.file}: names of nodes or series are missing in it`,
    );
  }

  get nodeCount(): number {
    return this.#names.size;
  }

  get seriesCount(): number {
    return this.#seriesById.size;
  }

  nodeNames(): readonly string[] {
    return [...this.#nodes.keys()];
  }

  /** undefined: nothing of this node is in the file. */
  nodeId(name: string): number | undefined {
    return this.#nodes.get(name);
  }

  nodeName(id: number): string | undefined {
    return this.#names.get(id);
  }

  series(id: number): NumberedSeries | undefined {
    return this.#seriesById.get(id);
  }

  /** undefined: nothing of this series is in the file. */
  numberOf(definition: SeriesDefinition): number | undefined {
    return this.#series.get(seriesKey(definition))?.id;
  }

  allSeries(): Iterable<NumberedSeries> {
    return this.#seriesById.values();
  }

  seriesOfMetric(metric: string): readonly NumberedSeries[] {
    return this.#byMetric.get(metric) ?? [];
  }

  /** Numbers of the series that a node has anywhere in the file, ascending. */
  seriesOfNode(node: number): readonly number[] {
    const known = this.#seriesOfNode.get(node);
    if (known !== undefined) return known;
    const entry = this.#entries.get('seriesOfNode', node);
    const numbers = entry === undefined ? [] : this.#shared(decodeNumbers(entry.data, entry.place));
    this.#seriesOfNode.set(node, numbers);
    return numbers;
  }

  /** Writes a name that is new. `wish`: the number it should have, if no other node has it. */
  addNode(name: string, wish?: number): number {
    const known = this.#nodes.get(name);
    if (known !== undefined) return known;
    const isFree = wish !== undefined && wish < maxNodes && !this.#names.has(wish);
    const id = isFree ? wish : this.#freeNode();
    if (id >= maxNodes) throw new RangeError(`store ${this.#entries.file}: more than ${maxNodes} nodes`);
    this.#entries.put('node', id, (place) => encodeText(name, place));
    this.#learnNode(id, name);
    return id;
  }

  /** Writes a definition that is new; undefined when the file has as many as it can. */
  addSeries(definition: SeriesDefinition): number | undefined {
    const known = this.#series.get(seriesKey(definition));
    if (known !== undefined) return known.id;
    const id = this.#nextSeries;
    if (id >= maxSeries) return undefined;
    this.#entries.put('series', id, (place) => encodeSeries(definition, place));
    this.#learnSeries({ ...definition, id });
    return id;
  }

  /** Notes that a node has these series, ascending. Returns those beyond the bound, which must not be kept. */
  addSeriesOfNode(node: number, series: readonly number[]): readonly number[] {
    const known = this.seriesOfNode(node);
    const added = missingIn(known, series);
    if (added.length === 0) return added;
    const room = maxSeriesPerNode - known.length;
    const numbers = this.#shared([...known, ...added.slice(0, room)].sort((left, right) => left - right));
    this.#entries.put('seriesOfNode', node, (place) => encodeNumbers(numbers, place));
    this.#seriesOfNode.set(node, numbers);
    return added.slice(room);
  }

  /** After all others, as long as there are numbers. */
  #freeNode(): number {
    let id = this.#nextNode;
    if (id >= maxNodes) for (id = 0; this.#names.has(id); ) id += 1;
    return id;
  }

  /** One array for all nodes that have the same series. */
  #shared(numbers: readonly number[]): readonly number[] {
    const key = numbers.reduce((hash, number) => Math.imul(hash ^ number, 0x01000193), 0x811c9dc5);
    const known = this.#lists.get(key);
    if (known?.length === numbers.length && known.every((number, place) => number === numbers[place]))
      return known;
    if (this.#lists.size >= maxSharedLists) this.#lists.clear();
    this.#lists.set(key, numbers);
    return numbers;
  }

  #learnNode(id: number, name: string): void {
    this.#nodes.set(name, id);
    this.#names.set(id, name);
    this.#nextNode = Math.max(this.#nextNode, id + 1);
  }

  #learnSeries(series: NumberedSeries): void {
    this.#series.set(seriesKey(series), series);
    this.#seriesById.set(series.id, series);
    const ofMetric = this.#byMetric.get(series.metric);
    if (ofMetric === undefined) this.#byMetric.set(series.metric, [series]);
    else ofMetric.push(series);
    this.#nextSeries = Math.max(this.#nextSeries, series.id + 1);
  }
}

/** What a series is known by. A metric that changes its kind is another series; one that changes its decimals is not. */
export function seriesKey({
  metric,
  kind,
  labels,
}: {
  metric: string;
  kind: MetricKind;
  labels: SeriesDefinition['labels'];
}): string {
  const texts: string[] = [metric, kind];
  for (const name of Object.keys(labels).sort()) texts.push(name, labels[name] ?? '');
  return JSON.stringify(texts);
}

/** Both ascend. */
function missingIn(known: readonly number[], wanted: readonly number[]): readonly number[] {
  if (known === wanted) return [];
  const missing: number[] = [];
  let at = 0;
  for (const number of wanted) {
    while (at < known.length && (known[at] ?? 0) < number) at += 1;
    if (known[at] !== number) missing.push(number);
  }
  return missing;
}
