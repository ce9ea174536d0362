// In: buckets of series, part by part. Out: a frame: all buckets of all series in few large arrays, which move between threads
// without being copied; and back, as the series of an answer.
//
// A row has six fields of `count` buckets each; a gauge uses five of them.
import type { Labels, MetricKind } from '../../../shared/model/metric.ts';
import type { BucketGrid, Buckets, RolledSeries } from '../buckets.ts';

export interface FrameSeries {
  readonly metric: string;
  readonly kind: MetricKind;
  readonly labels: Labels;
}

export interface RolledFrame {
  readonly count: number;
  readonly nodes: readonly string[];
  readonly series: readonly FrameSeries[];
  /** Of each row. */
  readonly nodeOf: Uint32Array<ArrayBuffer>;
  readonly seriesOf: Uint32Array<ArrayBuffer>;
  readonly slabs: readonly Float64Array<ArrayBuffer>[];
}

export const fieldCount = 6;

/** Which field is where in a row. */
export const gaugeFields = { counts: 0, sums: 1, minima: 2, maxima: 3, lasts: 4 } as const;
export const counterFields = {
  counts: 0,
  lasts: 1,
  increases: 2,
  spansMs: 3,
  minRates: 4,
  maxRates: 5,
} as const;

/** A row lies in one slab: field f of bucket b at `values[from + f * count + b]`. */
export interface FrameRow {
  readonly values: Float64Array<ArrayBuffer>;
  readonly from: number;
}

const slabValues = 1 << 18;

// Invariants: a row exists once for each node and series; its buckets without samples have count 0, span 0 and else NaN.
export class FrameBuilder {
  readonly grid: BucketGrid;
  readonly #nodes: readonly string[];
  readonly #series: FrameSeries[] = [];
  readonly #seriesByKey = new Map<string, number>();
  readonly #rows = new Map<number, FrameRow>();
  readonly #nodeOf: number[] = [];
  readonly #seriesOf: number[] = [];
  readonly #slabs: Float64Array<ArrayBuffer>[] = [];
  readonly #rowsPerSlab: number;

  constructor(nodes: readonly string[], grid: BucketGrid) {
    this.#nodes = nodes;
    this.grid = grid;
    const perRow = fieldCount * Math.max(1, grid.count);
    this.#rowsPerSlab = Math.max(1, Math.min(nodes.length * 2, Math.floor(slabValues / perRow)));
  }

  /** The number of a series in this frame. */
  seriesNumber(key: string, series: FrameSeries): number {
    const known = this.#seriesByKey.get(key);
    if (known !== undefined) return known;
    const number = this.#series.length;
    this.#series.push(series);
    this.#seriesByKey.set(key, number);
    return number;
  }

  kindOf(series: number): MetricKind {
    return this.#series[series]?.kind ?? 'gauge';
  }

  find(node: number, series: number): FrameRow | undefined {
    return this.#rows.get(series * this.#nodes.length + node);
  }

  row(node: number, series: number): FrameRow {
    const key = series * this.#nodes.length + node;
    const known = this.#rows.get(key);
    if (known !== undefined) return known;
    const row = this.#newRow(this.kindOf(series));
    this.#rows.set(key, row);
    this.#nodeOf.push(node);
    this.#seriesOf.push(series);
    return row;
  }

  frame(): RolledFrame {
    return {
      count: this.grid.count,
      nodes: this.#nodes,
      series: this.#series,
      nodeOf: Uint32Array.from(this.#nodeOf),
      seriesOf: Uint32Array.from(this.#seriesOf),
      slabs: this.#slabs,
    };
  }

  #newRow(kind: MetricKind): FrameRow {
    const { count } = this.grid;
    const perRow = fieldCount * count;
    const place = this.#nodeOf.length % this.#rowsPerSlab;
    if (place === 0) this.#slabs.push(new Float64Array(this.#rowsPerSlab * perRow));
    const values = this.#slabs.at(-1) ?? new Float64Array(perRow);
    const from = place * perRow;
    values.fill(Number.NaN, from + count, from + perRow);
    const spans = from + counterFields.spansMs * count;
    if (kind === 'counter') values.fill(0, spans, spans + count);
    return { values, from };
  }
}

/** What moves to the other thread with a frame. */
export function arraysOf({ nodeOf, seriesOf, slabs }: RolledFrame): ArrayBufferView<ArrayBuffer>[] {
  return [nodeOf, seriesOf, ...slabs];
}

/** In the order of the nodes; series in which no bucket has a sample are left out. */
export function unpackFrame(frame: RolledFrame): readonly RolledSeries[] {
  const { count, nodes, series, nodeOf, seriesOf, slabs } = frame;
  const rowsPerSlab = Math.round((slabs[0]?.length ?? 0) / Math.max(1, fieldCount * count));
  const order = Uint32Array.from(nodeOf, (_, row) => row).sort(
    (a, b) => (nodeOf[a] ?? 0) - (nodeOf[b] ?? 0) || (seriesOf[a] ?? 0) - (seriesOf[b] ?? 0),
  );
  const rolled: RolledSeries[] = [];
  for (const row of order) {
    const definition = series[seriesOf[row] ?? 0];
    const slab = slabs[Math.floor(row / rowsPerSlab)];
    if (definition === undefined || slab === undefined) continue;
    const from = (row % rowsPerSlab) * fieldCount * count;
    if (!hasSamples(slab, from, count)) continue;
    const { metric, labels, kind } = definition;
    rolled.push({
      node: nodes[nodeOf[row] ?? 0] ?? '',
      metric,
      labels,
      buckets: bucketsAt(kind, slab, from, count),
    });
  }
  return rolled;
}

function hasSamples(slab: Float64Array, from: number, count: number): boolean {
  for (let bucket = 0; bucket < count; bucket += 1) if ((slab[from + bucket] ?? 0) > 0) return true;
  return false;
}

function bucketsAt(kind: MetricKind, slab: Float64Array, from: number, count: number): Buckets {
  const field = (number: number) => slab.subarray(from + number * count, from + (number + 1) * count);
  if (kind === 'gauge') {
    return {
      kind,
      counts: field(gaugeFields.counts),
      sums: field(gaugeFields.sums),
      minima: field(gaugeFields.minima),
      maxima: field(gaugeFields.maxima),
      lasts: field(gaugeFields.lasts),
    };
  }
  return {
    kind,
    counts: field(counterFields.counts),
    lasts: field(counterFields.lasts),
    increases: field(counterFields.increases),
    spansMs: field(counterFields.spansMs),
    minRates: field(counterFields.minRates),
    maxRates: field(counterFields.maxRates),
  };
}
