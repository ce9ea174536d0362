// In: the content of a chunk of buckets. Out: the buckets of those of its nodes that are wanted, one after another, in arrays
// that are used again for the next: nothing is allocated for a node. Who wants averages alone gets no others decoded.
// What the columns mean is said in bucket-columns.ts. It refuses (ChunkError) what is malformed.
import type { Buckets, CounterBuckets, GaugeBuckets } from '../buckets.ts';
import { type BucketHead, readBucketHead } from './bucket-head.ts';
import { ByteReader } from './byte-reader.ts';
import { malformed } from './chunk-error.ts';
import { readBits } from './column-bytes.ts';
import { maxDecimals, maxLength } from './column-format.ts';
import { ColumnReader } from './column-reader.ts';
import { ratesOf } from './rate-columns.ts';

const maxNodes = 4096;
const maxBuckets = 1 << 24;
const mostColumns = 6;
const columnsOf = {
  all: { gauge: 5, counter: 6 },
  // The sum of a gauge is told by all of its columns, the growth of a counter by the first four.
  average: { gauge: 5, counter: 4 },
} as const;

export interface WantedBuckets {
  /** By place in the group: which number the node has; -1: it is not wanted. null: all are, by their places. */
  readonly numbers: Int32Array | null;
  /** `average`: of a gauge counts and sums, of a counter counts, increases, spans and lasts; the rest is whatever it is. */
  readonly fields: keyof typeof columnsOf;
}

/** The buckets must not be kept: they are those of the next node afterwards. */
export type UseBuckets = (number: number, buckets: Buckets) => void;

const nothing = new Float64Array(0);

// Invariants: column c of node n begins at (c * count + n) * length; its values that are there come first.
export class BucketReader {
  #columns = nothing;
  #lengths = new Int32Array(0);
  #count = 0;
  #length = 0;
  #gauge = gaugeRoom(0);
  #counter = counterRoom(0);

  /** Returns how many places the chunk has. */
  read(content: Uint8Array, { numbers, fields }: WantedBuckets, use: UseBuckets): number {
    const reader = new ByteReader(content);
    const count = reader.count(maxNodes);
    const length = reader.count(maxLength);
    const decimals = reader.count(maxDecimals);
    const bits = readBits(reader);
    if (count * length > maxBuckets) throw malformed(`${count} times ${length} buckets`);
    const heads: (BucketHead | undefined)[] = [];
    for (let node = 0; node < count; node += 1) heads.push(readBucketHead(reader));
    this.#reserve(count, length);
    const columns = new ColumnReader(reader, { length, decimals: 0 }, { columns: mostColumns * count, bits });
    this.#readColumns(columns, heads, { numbers, fields });
    for (let node = 0; node < count; node += 1) {
      const head = heads[node];
      const number = numbers === null ? node : (numbers[node] ?? -1);
      if (head === undefined || number < 0) continue;
      use(
        number,
        head.kind === 'gauge'
          ? this.#gaugeOf(node, head, decimals)
          : this.#counterOf(node, head, { decimals, fields }),
      );
    }
    return count;
  }

  #reserve(count: number, length: number): void {
    this.#count = count;
    this.#length = length;
    if (this.#columns.length < mostColumns * count * length)
      this.#columns = new Float64Array(mostColumns * count * length);
    if (this.#lengths.length < mostColumns * count) this.#lengths = new Int32Array(mostColumns * count);
  }

  #readColumns(
    columns: ColumnReader,
    heads: readonly (BucketHead | undefined)[],
    { numbers, fields }: WantedBuckets,
  ): void {
    const [count, length] = [this.#count, this.#length];
    // Columns behind those that are wanted of any node are not even passed over.
    const most = heads.reduce(
      (all, head) => Math.max(all, head === undefined ? 0 : columnsOf[fields][head.kind]),
      0,
    );
    for (let column = 0; column < most; column += 1) {
      for (let node = 0; node < count; node += 1) {
        const kind = heads[node]?.kind;
        if (kind === undefined || column >= columnsOf.all[kind]) continue;
        const at = column * count + node;
        if (numbers !== null && (numbers[node] ?? -1) < 0) columns.skip();
        else this.#lengths[at] = Math.max(0, columns.readInto(this.#columns, at * length));
      }
    }
  }

  /** Where a column of a node begins. */
  #from(column: number, node: number): number {
    return (column * this.#count + node) * this.#length;
  }

  #gaugeOf(node: number, { isWhole, step }: BucketHead, decimals: number): GaugeBuckets {
    const length = this.#lengths[node] ?? 0;
    if (this.#gauge.counts.length !== length) this.#gauge = gaugeRoom(length);
    const { counts, sums, minima, maxima, lasts } = this.#gauge;
    const columns = this.#columns;
    const [ofCounts, ofLasts, ofMinima] = [this.#from(0, node), this.#from(1, node), this.#from(2, node)];
    const [ofMaxima, ofSums] = [this.#from(3, node), this.#from(4, node)];
    const scale = 10 ** decimals;
    let entry = 0;
    for (let place = 0; place < length; place += 1) {
      const samples = columns[ofCounts + place] ?? 0;
      counts[place] = samples;
      if (!(samples > 0)) {
        lasts[place] = minima[place] = maxima[place] = sums[place] = Number.NaN;
        continue;
      }
      const last = columns[ofLasts + entry] ?? 0;
      const low = columns[ofMinima + entry] ?? 0;
      const high = columns[ofMaxima + entry] ?? 0;
      const sum = columns[ofSums + entry] ?? 0;
      entry += 1;
      if (isWhole) {
        const [min, max] = [last - low, last + high];
        lasts[place] = (last * step) / scale;
        minima[place] = (min * step) / scale;
        maxima[place] = (max * step) / scale;
        sums[place] = ((sum + Math.floor((samples * (min + max)) / 2)) * step) / scale;
      } else {
        lasts[place] = last;
        minima[place] = low;
        maxima[place] = high;
        sums[place] = sum;
      }
    }
    return this.#gauge;
  }

  #counterOf(
    node: number,
    head: BucketHead,
    { decimals, fields }: { readonly decimals: number; readonly fields: WantedBuckets['fields'] },
  ): CounterBuckets {
    const length = this.#lengths[node] ?? 0;
    if (this.#counter.counts.length !== length) this.#counter = counterRoom(length);
    const { counts, spansMs, lasts, increases } = this.#counter;
    const columns = this.#columns;
    const [ofCounts, ofSpans] = [this.#from(0, node), this.#from(1, node)];
    const [ofLasts, ofIncreases] = [this.#from(2, node), this.#from(3, node)];
    const scale = head.isWhole ? 10 ** decimals : 1;
    let [entry, grown, before] = [0, 0, 0];
    for (let place = 0; place < length; place += 1) {
      const isCounted = (columns[ofCounts + place] ?? 0) > 0;
      const spanMs = columns[ofSpans + place] ?? 0;
      const last = isCounted ? (columns[ofLasts + entry] ?? 0) : Number.NaN;
      counts[place] = columns[ofCounts + place] ?? 0;
      spansMs[place] = spanMs;
      lasts[place] = last / scale;
      increases[place] = Number.NaN;
      if (spanMs > 0) {
        const growth = !isCounted || !head.isWhole ? 0 : entry === 0 ? head.firstIncrease : last - before;
        const increase = (columns[ofIncreases + grown] ?? 0) + growth;
        // The rates are told beside it.
        columns[ofIncreases + grown] = increase;
        increases[place] = increase / scale;
        grown += 1;
      }
      if (isCounted) {
        before = last;
        entry += 1;
      }
    }
    if (fields === 'all') this.#readRates(node, head, { scale, grown });
    return this.#counter;
  }

  #readRates(
    node: number,
    { unitMs, step }: BucketHead,
    { scale, grown }: { scale: number; grown: number },
  ): void {
    const { spansMs, minRates, maxRates } = this.#counter;
    const column = (number: number) =>
      this.#columns.subarray(this.#from(number, node), this.#from(number, node) + grown);
    const means = { increases: column(3), spansMs: spansMs.filter((spanMs) => spanMs > 0) };
    const lows = ratesOf(column(4), means, { unitMs, step, scale, sign: -1 });
    const highs = ratesOf(column(5), means, { unitMs, step, scale, sign: 1 });
    let entry = 0;
    for (let place = 0; place < spansMs.length; place += 1) {
      const has = (spansMs[place] ?? 0) > 0;
      minRates[place] = has ? (lows[entry] ?? Number.NaN) : Number.NaN;
      maxRates[place] = has ? (highs[entry] ?? Number.NaN) : Number.NaN;
      if (has) entry += 1;
    }
  }
}

function gaugeRoom(length: number): GaugeBuckets {
  const [counts, sums, minima, maxima, lasts] = [
    room(length),
    room(length),
    room(length),
    room(length),
    room(length),
  ];
  return { kind: 'gauge', counts, sums, minima, maxima, lasts };
}

function counterRoom(length: number): CounterBuckets {
  const [counts, lasts, increases] = [room(length), room(length), room(length)];
  const [spansMs, minRates, maxRates] = [room(length), room(length), room(length)];
  return { kind: 'counter', counts, lasts, increases, spansMs, minRates, maxRates };
}

function room(length: number): Float64Array {
  return new Float64Array(length);
}
