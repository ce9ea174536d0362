// The samples of a profile as sealed bytes that say whose they are, and back. In: threads, and samples whose nodes are numbered
// by who stores them. They are told thread by thread, in order of time: what a thread does is mostly what it did before, one
// period later (sample-models.ts). They come back in order of time; those of one moment in the order of their threads.
// It refuses (ChunkError) bytes that have changed, or point outside of what they belong to.
import type { ProfiledThread, SampleColumns } from '../../../shared/model/profile.ts';
import type { ByteReader } from '../columns/byte-reader.ts';
import { type ByteWriter, maxVarintBytes } from '../columns/byte-writer.ts';
import { malformed } from '../columns/chunk-error.ts';
import { mostCounted } from '../columns/number-model.ts';
import { RangeReader, RangeWriter } from '../columns/range-coder.ts';
import { contentWriter, seal, unseal } from '../columns/sealed-bytes.ts';
import { NodeModel, SumModel, TimeModel, WeightModel } from './sample-models.ts';
import { readNumbers, readText, writeNumbers, writeText } from './stack-columns.ts';
import { bytesOf } from './stack-rows.ts';

export interface ProfileSamples {
  readonly threads: readonly ProfiledThread[];
  readonly samples: SampleColumns;
}

const form = { timed: 0, summed: 1 } as const;
/** More than anybody records. */
const maxSamples = 2 ** 26;

/** `self`: what ended in each of the nodes that samples point to. */
export function encodeSamples(
  id: string,
  { threads, samples }: ProfileSamples,
  self: ArrayLike<number>,
): Uint8Array {
  const writer = contentWriter(1);
  const { timesMs, weights } = samples;
  writer.byte(timesMs === null ? form.summed : form.timed);
  writeText(writer, id);
  writeThreads(writer, threads);
  const byThread = inOrderOfThreads(samples, threads.length);
  const [first = 1] = weights;
  const even = weights.every((weight) => weight === first) ? first : null;
  writeNumbers(writer, even === null ? [] : [even]);
  writeNumbers(
    writer,
    byThread.map((places) => places.length),
  );
  const counts = even === null ? null : countsOf(self, even);
  const isCounted =
    counts !== null && samples.nodes.length <= mostCounted && isCountOf(samples.nodes, counts);
  writer.reserve(1);
  writer.byte(isCounted ? 1 : 0);
  const models = createModels(self.length, isCounted ? counts : null);
  const coded = encodeColumns(samples, { byThread, models, isEven: even !== null });
  writer.reserve(maxVarintBytes + coded.length);
  writer.varint(coded.length);
  writer.append(coded);
  return seal(writer, 'zstd');
}

/** `self`: as it was told when they were written. */
export function decodeSamples(bytes: unknown, id: string, self: ArrayLike<number>): ProfileSamples {
  const reader = unseal(bytesOf(bytes));
  const kind = reader.byte();
  if (kind !== form.timed && kind !== form.summed) throw malformed('samples of another version');
  if (readText(reader) !== id) throw malformed('samples of another profile');
  const threads = readThreads(reader);
  const [even] = readNumbers(reader);
  const counts = readNumbers(reader);
  const length = counts.reduce((sum, count) => sum + count, 0);
  if (counts.length !== threads.length || length > maxSamples) throw malformed('samples of no thread');
  const isCounted = reader.byte() === 1;
  const models = createModels(self.length, isCounted ? countsOf(self, even ?? 1) : null);
  const coded = reader.part(reader.count(reader.bytes.length - reader.at)).bytes;
  const columns = decodeColumns(new RangeReader(coded), {
    counts,
    models,
    nodes: self.length,
    even,
    isTimed: kind === form.timed,
  });
  return { threads, samples: columns };
}

interface Columns {
  readonly timesMs: number[];
  readonly threadIds: number[];
  readonly nodes: number[];
  readonly weights: number[];
}

function encodeColumns(
  { timesMs, nodes: of, weights }: SampleColumns,
  {
    byThread,
    models,
    isEven,
  }: {
    readonly byThread: readonly (readonly number[])[];
    readonly models: Models;
    readonly isEven: boolean;
  },
): Uint8Array {
  const coder = new RangeWriter();
  for (const places of byThread) {
    models.next();
    for (const place of places) {
      if (timesMs === null) models.sums.write(coder, of[place] ?? 0);
      else {
        models.times.write(coder, timesMs[place] ?? 0);
        models.nodes.write(coder, of[place] ?? 0);
      }
      if (!isEven) models.weights.write(coder, weights[place] ?? 0);
    }
  }
  return coder.end();
}

interface Layout {
  readonly counts: Float64Array;
  readonly models: Models;
  readonly nodes: number;
  readonly even: number | undefined;
  readonly isTimed: boolean;
}

function decodeColumns(coder: RangeReader, { counts, models, nodes, even, isTimed }: Layout): SampleColumns {
  const columns: Columns = { timesMs: [], threadIds: [], nodes: [], weights: [] };
  for (let thread = 0; thread < counts.length; thread += 1) {
    const count = counts[thread] ?? 0;
    models.next();
    for (let read = 0; read < count; read += 1) {
      if (isTimed) columns.timesMs.push(models.times.read(coder));
      const node = isTimed ? models.nodes.read(coder) : models.sums.read(coder);
      if (node >= nodes) throw malformed('a sample of nothing that is there');
      columns.threadIds.push(thread);
      columns.nodes.push(node);
      columns.weights.push(even ?? models.weights.read(coder));
    }
  }
  if (!isTimed) return { ...columns, timesMs: null };
  return counts.length === 1 ? columns : inOrderOfTime(columns);
}

type Models = ReturnType<typeof createModels>;

function createModels(nodes: number, counts: ArrayLike<number> | null) {
  const models = {
    times: new TimeModel(),
    nodes: new NodeModel(nodes, counts),
    sums: new SumModel(),
    weights: new WeightModel(),
  };
  const next = (): void => {
    for (const model of [models.times, models.nodes, models.sums]) model.nextThread();
  };
  return { ...models, next };
}

/** How many samples of this weight ended in each node. */
function countsOf(self: ArrayLike<number>, weight: number): Float64Array {
  return Float64Array.from(self, (sum) => Math.round(sum / Math.max(1, weight)));
}

function isCountOf(nodes: readonly number[], counts: Float64Array): boolean {
  const left = counts.slice();
  for (const node of nodes) left[node] = (left[node] ?? 0) - 1;
  return left.every((count) => count === 0);
}

/** For each thread its samples, by time; sums by node. */
function inOrderOfThreads({ timesMs, threadIds, nodes }: SampleColumns, threads: number): number[][] {
  const byThread = Array.from({ length: threads }, (): number[] => []);
  for (const [place, thread] of threadIds.entries()) byThread[thread]?.push(place);
  const key = timesMs ?? nodes;
  for (const places of byThread) places.sort((a, b) => (key[a] ?? 0) - (key[b] ?? 0) || a - b);
  return byThread;
}

function inOrderOfTime({ timesMs, threadIds, nodes, weights }: Columns): SampleColumns {
  const room = 2 ** 26;
  const keys = new Float64Array(timesMs.map((time, place) => time * room + place)).sort();
  const sorted = (values: readonly number[]): number[] => {
    const column: number[] = [];
    for (let at = 0; at < keys.length; at += 1) column.push(values[(keys[at] ?? 0) % room] ?? 0);
    return column;
  };
  return {
    timesMs: sorted(timesMs),
    threadIds: sorted(threadIds),
    nodes: sorted(nodes),
    weights: sorted(weights),
  };
}

function writeThreads(writer: ByteWriter, threads: readonly ProfiledThread[]): void {
  writer.reserve((1 + 3 * threads.length) * maxVarintBytes);
  writer.varint(threads.length);
  for (const { pid, tid, process, name, localRank, node = '' } of threads) {
    writer.reserve(3 * maxVarintBytes);
    writer.varint(pid);
    writer.varint(tid);
    writer.varint((localRank ?? -1) + 1);
    writeText(writer, process);
    writeText(writer, name);
    writeText(writer, node);
  }
}

function readThreads(reader: ByteReader): ProfiledThread[] {
  const count = reader.count(reader.bytes.length - reader.at);
  return Array.from({ length: count }, () => {
    const [pid, tid, rankPlus1] = [reader.varint(), reader.varint(), reader.varint()];
    const [process, name, node] = [readText(reader), readText(reader), readText(reader)];
    const localRank = rankPlus1 === 0 ? null : rankPlus1 - 1;
    return { pid, tid, process, name, localRank, ...(node === '' ? {} : { node }) };
  });
}
