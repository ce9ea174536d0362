// In: series definitions as they lie in the messages of many streams. Out: dictionaries that all streams with the same
// series share: nodes of one kind define the same ones, and thousands of copies are what a collector would mostly hold.
//
// Invariants: a dictionary never changes; what a stream defines later makes another one. What is pooled is bounded; what
// falls out of the pool lives on with the streams that use it.
import { createHash } from 'node:crypto';
import type { Span } from '../../proto/field-scanner.ts';
import type { SeriesDefinition as WireDefinition } from '../../proto/gen/jidi/v1/SeriesDefinition.ts';
import type { SeriesDefinition } from '../model/metric.ts';
import { wireBounds } from './bounds.ts';
import { ByteRoom } from './byte-room.ts';
import { decodeSeries, seriesKey } from './series.ts';
import { ValueRoom } from './value-room.ts';
import { malformed, WireError } from './wire-error.ts';

/** The series of a stream, each at its place. */
export interface SeriesDictionary {
  readonly series: readonly SeriesDefinition[];
  /** 10^decimals of each. */
  readonly scales: Float64Array;
  /** What makes each different from the others. */
  readonly keys: readonly string[];
  /** Of what bytes it was built; null: not known, so it is not shared. */
  readonly id: string | null;
}

export const emptyDictionary: SeriesDictionary = {
  series: [],
  scales: new Float64Array(0),
  keys: [],
  id: '',
};

export interface SeriesPoolBounds {
  /** Definitions, twice: the recent ones and those before them. */
  readonly definitions: number;
  /** Entries of all dictionaries together, twice as well. */
  readonly entries: number;
}

/** Throws RangeError. */
type DecodeDefinition = (bytes: Uint8Array) => WireDefinition;

interface KeyedSeries {
  readonly definition: SeriesDefinition;
  readonly key: string;
}

const usualBounds: SeriesPoolBounds = { definitions: 100_000, entries: 1_000_000 };

export class SeriesPool {
  readonly #decode: DecodeDefinition;
  readonly #definitions: TwoGenerations<KeyedSeries>;
  readonly #dictionaries: TwoGenerations<SeriesDictionary>;
  /** Where the values of ticks of all streams go. */
  readonly room = new ValueRoom();
  /** Where the figures of processes of all streams go. */
  readonly bytes = new ByteRoom();
  #decoded = 0;

  constructor(decode: DecodeDefinition, bounds = usualBounds) {
    this.#decode = decode;
    this.#definitions = new TwoGenerations(bounds.definitions);
    this.#dictionaries = new TwoGenerations(bounds.entries);
  }

  /** How many definitions were not known when they came. */
  get decodedDefinitions(): number {
    return this.#decoded;
  }

  /** The dictionary with what is defined after it at these places of a message. Throws WireError. */
  grow(dictionary: SeriesDictionary, message: Buffer, spans: readonly Span[]): SeriesDictionary {
    if (spans.length === 0) return dictionary;
    const size = checkedSize(dictionary, spans.length);
    const id = identityOf(dictionary, message, spans);
    const known = id === null ? undefined : this.#dictionaries.get(id, size);
    if (known !== undefined) return known;
    const added = spans.map((span, index) => this.#pooled(message.subarray(span.from, span.to), index));
    const grown = build(dictionary, added, id);
    if (id !== null) this.#dictionaries.set(id, grown, size);
    return grown;
  }

  #pooled(bytes: Buffer, index: number): KeyedSeries {
    const name = bytes.toString('latin1');
    const known = this.#definitions.get(name, 1);
    if (known !== undefined) return known;
    const keyed = keyedSeries(this.#read(bytes, index), index);
    this.#decoded += 1;
    this.#definitions.set(name, keyed, 1);
    return keyed;
  }

  #read(bytes: Buffer, index: number): WireDefinition {
    try {
      return this.#decode(bytes);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw malformed(`metrics.definitions[${index}]`, error.message);
    }
  }
}

/** As `SeriesPool.grow`, with definitions that are messages already; what comes out is not shared. Throws WireError. */
export function growUnshared(
  dictionary: SeriesDictionary,
  definitions: readonly WireDefinition[],
): SeriesDictionary {
  if (definitions.length === 0) return dictionary;
  checkedSize(dictionary, definitions.length);
  return build(dictionary, definitions.map(keyedSeries), null);
}

function checkedSize({ series }: SeriesDictionary, added: number): number {
  const size = series.length + added;
  if (size <= wireBounds.seriesPerNode) return size;
  throw new WireError(
    'series-limit',
    `metrics.definitions: ${size} series, a node may have ${wireBounds.seriesPerNode}`,
  );
}

function keyedSeries(wire: WireDefinition, index: number): KeyedSeries {
  const definition = decodeSeries(`metrics.definitions[${index}]`, wire);
  return { definition, key: seriesKey(definition.metric, definition.labels) };
}

/**
 * A digest of everything from the first definition to the last: equal bytes hold equal definitions, whatever else lies
 * between them. No shorter one, as nodes may wish each other ill.
 */
function identityOf({ id }: SeriesDictionary, message: Buffer, spans: readonly Span[]): string | null {
  const [first, last] = [spans[0], spans.at(-1)];
  if (id === null || first === undefined || last === undefined) return null;
  return createHash('sha256')
    .update(`${id} ${first.to - first.from} `)
    .update(message.subarray(first.from, last.to))
    .digest('base64');
}

function build(
  before: SeriesDictionary,
  added: readonly KeyedSeries[],
  id: SeriesDictionary['id'],
): SeriesDictionary {
  const keys = new Set(before.keys);
  for (const [index, { key }] of added.entries()) {
    if (keys.has(key)) throw malformed(`metrics.definitions[${index}]`, 'defined before');
    keys.add(key);
  }
  const series = [...before.series, ...added.map(({ definition }) => definition)];
  const scales = Float64Array.from(series, ({ decimals }) => 10 ** decimals);
  return { series, scales, keys: [...keys], id };
}

/** Keeps what was asked for recently: when the new ones are too many, the old ones go. */
class TwoGenerations<Value> {
  readonly #most: number;
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();
  #weight = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get(name: string, weight: number): Value | undefined {
    const young = this.#young.get(name);
    if (young !== undefined) return young;
    const old = this.#old.get(name);
    if (old !== undefined) this.set(name, old, weight);
    return old;
  }

  set(name: string, value: Value, weight: number): void {
    if (this.#weight + weight > this.#most) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#weight = 0;
    }
    this.#young.set(name, value);
    this.#weight += weight;
  }
}
