// The samples of a profile as sealed bytes that say whose they are, and back. In: threads, and samples whose nodes are numbered
// by who stores them. Samples lie in columns, each of small numbers, so that zstd finds what repeats.
// It refuses (ChunkError) bytes that have changed, or point outside of what they belong to.
import type { ProfiledThread, SampleColumns } from '../../../shared/model/profile.ts';
import type { ByteReader } from '../columns/byte-reader.ts';
import { type ByteWriter, maxVarintBytes } from '../columns/byte-writer.ts';
import { malformed } from '../columns/chunk-error.ts';
import { contentWriter, seal, unseal } from '../columns/sealed-bytes.ts';
import { readNumbers, readText, writeNumbers, writeText } from './stack-columns.ts';
import { bytesOf } from './stack-rows.ts';

export interface ProfileSamples {
  readonly threads: readonly ProfiledThread[];
  readonly samples: SampleColumns;
}

const form = { timed: 0, summed: 1 } as const;

export function encodeSamples(id: string, { threads, samples }: ProfileSamples): Uint8Array {
  const writer = contentWriter(1);
  const { timesMs, threadIds, nodes, weights } = samples;
  writer.byte(timesMs === null ? form.summed : form.timed);
  writeText(writer, id);
  writeThreads(writer, threads);
  if (timesMs !== null)
    writeNumbers(
      writer,
      timesMs.map((time, at) => time - (timesMs[at - 1] ?? 0)),
    );
  writeNumbers(writer, threadIds);
  writeNumbers(writer, nodes);
  // Most weigh one.
  writeNumbers(writer, weights.every((weight) => weight === 1) ? [] : weights);
  return seal(writer, 'zstd');
}

/** `nodes`: how many there are to point to. */
export function decodeSamples(bytes: unknown, id: string, nodes: number): ProfileSamples {
  const reader = unseal(bytesOf(bytes));
  const kind = reader.byte();
  if (kind !== form.timed && kind !== form.summed) throw malformed('samples of another version');
  if (readText(reader) !== id) throw malformed('samples of another profile');
  const threads = readThreads(reader);
  const timesMs = kind === form.timed ? sumsOf(readNumbers(reader)) : null;
  const threadIds = below(readNumbers(reader), threads.length);
  const places = below(readNumbers(reader), nodes);
  const weights = readNumbers(reader);
  const { length } = places;
  if (threadIds.length !== length || (timesMs !== null && timesMs.length !== length)) {
    throw malformed('samples in columns of unequal length');
  }
  if (weights.length !== 0 && weights.length !== length) throw malformed('samples without weights');
  const weighed = weights.length === 0 ? places.map(() => 1) : Array.from(weights);
  return { threads, samples: { timesMs, threadIds, nodes: places, weights: weighed } };
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

function sumsOf(distances: Float64Array): number[] {
  let sum = 0;
  return Array.from(distances, (distance) => (sum += distance));
}

function below(numbers: Float64Array, end: number): number[] {
  if (numbers.some((number) => number >= end)) throw malformed('a sample of nothing that is there');
  return Array.from(numbers);
}
