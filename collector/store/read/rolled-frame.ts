// In: buckets of series, part by part. Out: a frame: all buckets of all series in few large arrays, which move between threads
// without being copied; and back, as the series of an answer.
//
// A row has a few fields of `count` buckets each. Who wants averages alone gets no others: less is moved, and they are made of
// their sums here, all at once.
import type { Labels, MetricKind } from '../../../shared/model/metric.ts';
import type { BucketGrid, Buckets, RolledSeries } from '../buckets.ts';

export interface FrameSeries {
  readonly metric: string;
  readonly kind: MetricKind;
  readonly labels: Labels;
}

export interface RolledFrame {
  readonly count: number;
  readonly onlyAverage: boolean;
  readonly series: readonly FrameSeries[];
  /** Of each row; nodes by their number in the question. */
  readonly nodeOf: Uint32Array<ArrayBuffer>;
  readonly seriesOf: Uint32Array<ArrayBuffer>;
  readonly slabs: readonly Float64Array<ArrayBuffer>[];
}

/** Which field of a row is which; -1: it is not wanted, or of the other kind. */
export interface RowFields {
  readonly sums: number;
  readonly minima: number;
  readonly maxima: number;
  readonly lasts: number;
  readonly increases: number;
  readonly spansMs: number;
  readonly minRates: number;
  readonly maxRates: number;
}

// The counts come first in every row.
const none: RowFields = {
  sums: -1,
  minima: -1,
  maxima: -1,
  lasts: -1,
  increases: -1,
  spansMs: -1,
  minRates: -1,
  maxRates: -1,
};
const allFields = {
  gauge: { ...none, sums: 1, minima: 2, maxima: 3, lasts: 4 },
  counter: { ...none, spansMs: 1, increases: 2, lasts: 3, minRates: 4, maxRates: 5 },
} as const;
const averageFields = {
  gauge: { ...none, sums: 1 },
  counter: { ...none, spansMs: 1, increases: 2 },
} as const;
/** Where averages are once the frame is made. */
const averageOf = { gauge: averageFields.gauge.sums, counter: averageFields.counter.increases } as const;

function fieldCountOf(onlyAverage: boolean): number {
  return onlyAverage ? 3 : 6;
}

/** A row lies in one slab: field f of bucket b at `values[from + f * count + b]`. */
export interface FrameRow {
  readonly values: Float64Array<ArrayBuffer>;
  readonly from: number;
  readonly fields: RowFields;
}

const slabValues = 1 << 18;

// Invariants: a row exists once for each node and series; its buckets without samples have count 0, span 0 and else NaN.
// Nothing is added once the frame is made.
export class FrameBuilder {
  readonly grid: BucketGrid;
  readonly onlyAverage: boolean;
  readonly #nodes: number;
  readonly #series: FrameSeries[] = [];
  readonly #seriesByKey = new Map<string, number>();
  readonly #rows = new Map<number, FrameRow>();
  readonly #nodeOf: number[] = [];
  readonly #seriesOf: number[] = [];
  readonly #slabs: Float64Array<ArrayBuffer>[] = [];
  readonly #rowsPerSlab: number;

  /** `nodes`: how many there are in the question. */
  constructor(nodes: number, grid: BucketGrid, onlyAverage: boolean) {
    this.#nodes = nodes;
    this.grid = grid;
    this.onlyAverage = onlyAverage;
    const perRow = fieldCountOf(onlyAverage) * Math.max(1, grid.count);
    this.#rowsPerSlab = Math.max(1, Math.min(nodes * 2, Math.floor(slabValues / perRow)));
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

  row(node: number, series: number): FrameRow {
    const key = series * this.#nodes + node;
    const known = this.#rows.get(key);
    if (known !== undefined) return known;
    const row = this.#newRow(this.kindOf(series));
    this.#rows.set(key, row);
    this.#nodeOf.push(node);
    this.#seriesOf.push(series);
    return row;
  }

  frame(): RolledFrame {
    if (this.onlyAverage) for (const row of this.#rows.values()) average(row, this.grid.count);
    return {
      count: this.grid.count,
      onlyAverage: this.onlyAverage,
      series: this.#series,
      nodeOf: Uint32Array.from(this.#nodeOf),
      seriesOf: Uint32Array.from(this.#seriesOf),
      slabs: this.#slabs,
    };
  }

  #newRow(kind: MetricKind): FrameRow {
    const { count } = this.grid;
    const perRow = fieldCountOf(this.onlyAverage) * count;
    const place = this.#nodeOf.length % this.#rowsPerSlab;
    if (place === 0) this.#slabs.push(new Float64Array(this.#rowsPerSlab * perRow));
    const values = this.#slabs.at(-1) ?? new Float64Array(perRow);
    const from = place * perRow;
    // Counts and spans begin with 0; with averages, so do sums: their buckets are told by the counts.
    if (!this.onlyAverage) values.fill(Number.NaN, from + (kind === 'gauge' ? 1 : 2) * count, from + perRow);
    const fields = this.onlyAverage ? averageFields[kind] : allFields[kind];
    return { values, from, fields };
  }
}

/** Sums and increases become averages, in their place. */
function average({ values, from, fields }: FrameRow, count: number): void {
  const isGauge = fields.sums >= 0;
  const sums = from + (isGauge ? fields.sums : fields.increases) * count;
  const divisors = isGauge ? from : from + fields.spansMs * count;
  const factor = isGauge ? 1 : 1000;
  for (let bucket = 0; bucket < count; bucket += 1) {
    const divisor = values[divisors + bucket] ?? 0;
    values[sums + bucket] = divisor > 0 ? ((values[sums + bucket] ?? 0) / divisor) * factor : Number.NaN;
  }
}

/** What moves to the other thread with a frame. */
export function arraysOf({ nodeOf, seriesOf, slabs }: RolledFrame): ArrayBufferView<ArrayBuffer>[] {
  return [nodeOf, seriesOf, ...slabs];
}

/** In the order of the nodes; series in which no bucket has a sample are left out. */
export function unpackFrame(frame: RolledFrame, nodes: readonly string[]): readonly RolledSeries[] {
  return [...seriesOfFrame(frame, nodes)];
}

/** The same, one after another: thousands take some milliseconds. */
export function* seriesOfFrame(frame: RolledFrame, nodes: readonly string[]): Generator<RolledSeries> {
  const { count, onlyAverage, series, nodeOf, seriesOf, slabs } = frame;
  const perRow = fieldCountOf(onlyAverage) * count;
  const rowsPerSlab = Math.round((slabs[0]?.length ?? 0) / Math.max(1, perRow));
  const absent = withoutFigures(onlyAverage ? count : 0);
  const order = Uint32Array.from(nodeOf, (_, row) => row);
  if (!doAscend(nodeOf)) {
    order.sort((a, b) => (nodeOf[a] ?? 0) - (nodeOf[b] ?? 0) || (seriesOf[a] ?? 0) - (seriesOf[b] ?? 0));
  }
  for (const row of order) {
    const definition = series[seriesOf[row] ?? 0];
    const slab = slabs[Math.floor(row / rowsPerSlab)];
    if (definition === undefined || slab === undefined) continue;
    const from = (row % rowsPerSlab) * perRow;
    if (!hasSamples(slab, from, count)) continue;
    const { metric, labels, kind } = definition;
    const field = (number: number) => slab.subarray(from + number * count, from + (number + 1) * count);
    const buckets = onlyAverage
      ? { ...absent[kind], counts: field(0), averages: field(averageOf[kind]) }
      : bucketsOf(kind, field);
    yield { node: nodes[nodeOf[row] ?? 0] ?? '', metric, labels, buckets };
  }
}

function doAscend(numbers: Uint32Array): boolean {
  for (let place = 1; place < numbers.length; place += 1) {
    if ((numbers[place] ?? 0) <= (numbers[place - 1] ?? 0)) return false;
  }
  return true;
}

function hasSamples(slab: Float64Array, from: number, count: number): boolean {
  for (let bucket = 0; bucket < count; bucket += 1) if ((slab[from + bucket] ?? 0) > 0) return true;
  return false;
}

function bucketsOf(kind: MetricKind, field: (number: number) => Float64Array): Buckets {
  if (kind === 'gauge') {
    const { sums, minima, maxima, lasts } = allFields.gauge;
    return {
      kind,
      counts: field(0),
      sums: field(sums),
      minima: field(minima),
      maxima: field(maxima),
      lasts: field(lasts),
    };
  }
  const { lasts, increases, spansMs, minRates, maxRates } = allFields.counter;
  return {
    kind,
    counts: field(0),
    lasts: field(lasts),
    increases: field(increases),
    spansMs: field(spansMs),
    minRates: field(minRates),
    maxRates: field(maxRates),
  };
}

/** Where averages are all that was asked for. */
function withoutFigures(count: number): { readonly [K in MetricKind]: Buckets & { readonly kind: K } } {
  const absent = new Float64Array(count).fill(Number.NaN);
  const both = { counts: absent, lasts: absent };
  return {
    gauge: { kind: 'gauge', ...both, sums: absent, minima: absent, maxima: absent },
    counter: {
      kind: 'counter',
      ...both,
      increases: absent,
      spansMs: absent,
      minRates: absent,
      maxRates: absent,
    },
  };
}
