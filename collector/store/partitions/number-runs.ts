// In: whole numbers, ascending, each once. Out: their runs as varints – how many runs; for each how far it begins behind the
// end of the one before, and its length less 1 – and back. Series of a group and groups of a slot are mostly one run.
import type { ByteReader } from '../columns/byte-reader.ts';
import { type ByteWriter, maxVarintBytes } from '../columns/byte-writer.ts';
import { malformed } from '../columns/chunk-error.ts';

export function writeRuns(writer: ByteWriter, numbers: readonly number[]): void {
  const starts = numbers.flatMap((value, place) =>
    place > 0 && numbers[place - 1] === value - 1 ? [] : [place],
  );
  writer.reserve((2 * starts.length + 1) * maxVarintBytes);
  writer.varint(starts.length);
  let end = 0;
  for (const [run, start] of starts.entries()) {
    const length = (starts[run + 1] ?? numbers.length) - start;
    const first = numbers[start] ?? 0;
    writer.varint(first - end);
    writer.varint(length - 1);
    end = first + length;
  }
}

/** It refuses (ChunkError) numbers from `limit` on. */
export function readRuns(reader: ByteReader, limit: number): number[] {
  const numbers: number[] = [];
  let end = 0;
  for (let left = reader.count(limit); left > 0; left -= 1) {
    const first = end + reader.count(limit);
    end = first + reader.count(limit) + 1;
    if (end > limit) throw malformed(`a run up to ${end}, where ${limit} is the limit`);
    for (let value = first; value < end; value += 1) numbers.push(value);
  }
  return numbers;
}
