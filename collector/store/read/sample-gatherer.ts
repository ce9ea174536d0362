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

export class SampleGatherer {
  /** By node, then by series. */
  readonly #byNode: Map<string, Gathered>[] = [];

  add(node: number, series: GatheredSeries, piece: Piece): void {
    const key = seriesKey(series);
    const ofNode = (this.#byNode[node] ??= new Map<string, Gathered>());
    const known = ofNode.get(key);
    if (known === undefined) ofNode.set(key, { node, key, series, pieces: [piece] });
    else known.pieces.push(piece);
  }

  addHead(head: HeadSamples, fromMs: number, toMs: number): void {
    for (let run = 0; run < head.nodeOf.length; run += 1) {
      const series = head.series[head.seriesOf[run] ?? 0];
      const [begin = 0, end = 0] = [head.starts[run], head.starts[run + 1]];
      const [first = 0, last = 0] = [head.timesMs[begin], head.timesMs[end - 1]];
      if (series === undefined || end === begin || last < fromMs || first > toMs) continue;
      const timesMs = head.timesMs.subarray(begin, end);
      this.add(head.nodeOf[run] ?? 0, series, { timesMs, values: head.values.subarray(begin, end) });
    }
  }

  /** In the order of the nodes. */
  *all(): Generator<Gathered> {
    for (const ofNode of this.#byNode) if (ofNode !== undefined) yield* ofNode.values();
  }
}

/** Pieces whose times overlap become one; the others stay as they are, in order of time. */
export function inOrder(pieces: readonly Piece[]): readonly Piece[] {
  if (areApart(pieces)) return pieces;
  const sorted = pieces.toSorted((a, b) => (a.timesMs[0] ?? 0) - (b.timesMs[0] ?? 0));
  if (areApart(sorted)) return sorted;
  // Absent samples must not win over those of another piece that has the same tick.
  const present = pieces.map(withoutAbsent);
  const { timesMs, sources } = mergeAxes(present.map((piece) => piece.timesMs));
  const parts = present.map(({ values }) => values);
  return [{ timesMs, values: gather(sources, timesMs.length, parts) }];
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
