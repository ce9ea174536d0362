// In: samples of series from several files and from the head, in any order. Out: of each series its samples, oldest first, each
// time once: what came first of a time stays.
import type { MetricKind } from '../../../shared/model/metric.ts';
import type { HeadSamples } from '../front/reader-door.ts';
import { gather, mergeAxes } from '../partitions/node-columns.ts';
import type { Piece } from './frame-samples.ts';
import { seriesKey } from './store-files.ts';

export interface GatheredSeries {
  readonly metric: string;
  readonly kind: MetricKind;
  readonly labels: Readonly<Record<string, string>>;
}

export interface Gathered {
  readonly node: number;
  readonly key: string;
  readonly series: GatheredSeries;
  /** As they came. */
  readonly pieces: Piece[];
}

interface Known extends Gathered {
  lastMs: number;
  /** The pieces are in order of time and do not overlap. */
  isInOrder: boolean;
}

export class SampleGatherer {
  readonly #numbers = new Map<string, number>();
  readonly #series: { readonly key: string; readonly series: GatheredSeries }[] = [];
  /** By series, then by node. */
  readonly #known: Map<number, Known>[] = [];

  /** The number of a series here. */
  seriesNumber(series: GatheredSeries): number {
    const key = seriesKey(series);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.#series.length);
    this.#known.push(new Map());
    return this.#series.push({ key, series }) - 1;
  }

  add(node: number, series: number, piece: Piece): void {
    const { timesMs } = piece;
    const ofSeries = this.#known[series];
    const definition = this.#series[series];
    if (ofSeries === undefined || definition === undefined || timesMs.length === 0) return;
    const lastMs = timesMs[timesMs.length - 1] ?? 0;
    const known = ofSeries.get(node);
    if (known === undefined) {
      const { key, series: own } = definition;
      ofSeries.set(node, { node, key, series: own, pieces: [piece], lastMs, isInOrder: true });
      return;
    }
    known.pieces.push(piece);
    if ((timesMs[0] ?? 0) <= known.lastMs) known.isInOrder = false;
    known.lastMs = lastMs;
  }

  addHead(head: HeadSamples, fromMs: number, toMs: number): void {
    for (let run = 0; run < head.nodeOf.length; run += 1) {
      const series = head.series[head.seriesOf[run] ?? 0];
      const [begin = 0, end = 0] = [head.starts[run], head.starts[run + 1]];
      const [first = 0, last = 0] = [head.timesMs[begin], head.timesMs[end - 1]];
      if (series === undefined || end === begin || last < fromMs || first > toMs) continue;
      const timesMs = head.timesMs.subarray(begin, end);
      const values = head.values.subarray(begin, end);
      this.add(head.nodeOf[run] ?? 0, this.seriesNumber(series), { timesMs, values });
    }
  }

  /** Each with its samples in order of time, each time once. */
  *all(): Generator<Gathered> {
    for (const ofSeries of this.#known) {
      for (const known of ofSeries.values()) {
        yield known.isInOrder ? known : { ...known, pieces: inOrder(known.pieces) };
      }
    }
  }
}

/** Pieces whose times overlap become one; the others stay as they are, in order of time. */
function inOrder(pieces: readonly Piece[]): Piece[] {
  const sorted = pieces.toSorted((a, b) => (a.timesMs[0] ?? 0) - (b.timesMs[0] ?? 0));
  if (areApart(sorted)) return sorted;
  // Absent samples must not win over those of another piece that has the same tick.
  const present = pieces.map(withoutAbsent);
  const { timesMs, sources } = mergeAxes(present.map((piece) => piece.timesMs));
  return [
    {
      timesMs,
      values: gather(
        sources,
        timesMs.length,
        present.map((piece) => piece.values),
      ),
    },
  ];
}

export function withoutAbsent(piece: Piece): Piece {
  const { timesMs, values } = piece;
  let count = 0;
  for (let place = 0; place < values.length; place += 1) if (values[place] === values[place]) count += 1;
  if (count === values.length) return piece;
  const kept = { timesMs: new Float64Array(count), values: new Float64Array(count) };
  let at = 0;
  for (let place = 0; place < values.length; place += 1) {
    const value = values[place] ?? Number.NaN;
    if (value !== value) continue;
    kept.timesMs[at] = timesMs[place] ?? 0;
    kept.values[at] = value;
    at += 1;
  }
  return kept;
}

function areApart(pieces: readonly Piece[]): boolean {
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const { timesMs } of pieces) {
    if ((timesMs[0] ?? Number.POSITIVE_INFINITY) <= lastMs) return false;
    lastMs = timesMs.at(-1) ?? lastMs;
  }
  return true;
}
