// In: the buckets of one series on the nodes of one group in one slot. Out: a chunk, and back exactly; only the rates of
// counters are rounded to 32-bit floats.
//
// Content (sealed-bytes.ts says what is around it): number of nodes │ for each its kind (0: none) │ length and decimals
// of most │ the columns of each node, as column-format.ts says. It refuses (ChunkError) what is damaged.
import type { Buckets } from '../buckets.ts';
import { malformed } from './chunk-error.ts';
import { maxDecimals, maxLength } from './column-format.ts';
import { ColumnReader } from './column-reader.ts';
import { ColumnWriter } from './column-writer.ts';
import { type Compression, contentWriter, seal, unseal } from './sealed-bytes.ts';

export interface BucketChunkOptions {
  /** Of the series, as in SeriesDefinition. */
  readonly decimals: number;
  readonly compression: Compression;
}

const maxNodes = 4096;
const kinds = ['none', 'gauge', 'counter'] as const;

/** null: the node of that place does not have the series in this slot. */
export function encodeBuckets(
  nodes: readonly (Buckets | null)[],
  { decimals, compression }: BucketChunkOptions,
): Uint8Array {
  if (nodes.length > maxNodes) throw new RangeError(`a chunk of ${nodes.length} nodes`);
  const length = Math.max(0, ...nodes.map((buckets) => buckets?.counts.length ?? 0));
  const writer = contentWriter(64 + nodes.length * (64 + 20 * length));
  writer.varint(nodes.length);
  writer.varint(length);
  writer.varint(decimals);
  const columns = new ColumnWriter(writer, { length, decimals }, length);
  for (const buckets of nodes) writer.byte(kinds.indexOf(buckets?.kind ?? 'none'));
  for (const buckets of nodes) {
    if (buckets === null) continue;
    for (const values of arraysOf(buckets)) columns.write({ values, decimals });
  }
  columns.end();
  return seal(writer, compression);
}

export function decodeBuckets(bytes: Uint8Array): readonly (Buckets | null)[] {
  const reader = unseal(bytes);
  const count = reader.count(maxNodes);
  const columns = new ColumnReader(
    reader,
    {
      length: reader.count(maxLength),
      decimals: reader.count(maxDecimals),
    },
    6 * count,
  );
  const nodes = Array.from({ length: count }, () => kinds[reader.byte()] ?? 'none');
  const next = (): Float64Array => {
    const values = columns.read();
    if (values === null) throw malformed('buckets without values');
    return values;
  };
  return nodes.map((kind): Buckets | null => {
    if (kind === 'none') return null;
    const counts = next();
    if (kind === 'gauge')
      return { kind, counts, sums: next(), minima: next(), maxima: next(), lasts: next() };
    const [lasts, increases, spansMs, minRates, maxRates] = [next(), next(), next(), next(), next()];
    return { kind, counts, lasts, increases, spansMs, minRates, maxRates };
  });
}

/** Those of the node of that place. */
export function decodeBucketsOf(bytes: Uint8Array, place: number): Buckets | null {
  return decodeBuckets(bytes)[place] ?? null;
}

function arraysOf(buckets: Buckets): readonly Float64Array[] {
  if (buckets.kind === 'gauge')
    return [buckets.counts, buckets.sums, buckets.minima, buckets.maxima, buckets.lasts];
  const { counts, lasts, increases, spansMs, minRates, maxRates } = buckets;
  return [
    counts,
    lasts,
    increases,
    spansMs,
    Float64Array.from(minRates, Math.fround),
    Float64Array.from(maxRates, Math.fround),
  ];
}
