// Frames and nodes of stack trees as columns of small numbers. In: the columns and a writer. Out: its bytes, and back.
// It refuses (ChunkError) bytes that point outside of the tree. Names are hostile text; they are bytes here.
import type { Frame } from '../../../shared/model/profile.ts';
import type { ByteReader } from '../columns/byte-reader.ts';
import { type ByteWriter, maxVarintBytes } from '../columns/byte-writer.ts';
import { malformed } from '../columns/chunk-error.ts';
import { RunningNumbers } from '../columns/number-model.ts';
import { RangeReader, RangeWriter } from '../columns/range-coder.ts';

/** More than any tree or any file of them has. */
const maxCount = 2 ** 24;

/** Node `first + i` has the parent `parents[i]`, -1 for a root, always smaller than itself, and the frame `frameIds[i]`. */
export interface NodeColumns {
  readonly parents: ArrayLike<number>;
  readonly frameIds: ArrayLike<number>;
}

export function writeText(writer: ByteWriter, text: string): void {
  const bytes = Buffer.from(text);
  writer.reserve(maxVarintBytes + bytes.length);
  writer.varint(bytes.length);
  writer.bytes.set(bytes, writer.at);
  writer.at += bytes.length;
}

export function readText(reader: ByteReader): string {
  const length = reader.varint();
  const from = reader.skip(length);
  return Buffer.from(reader.bytes.buffer, reader.bytes.byteOffset + from, length).toString();
}

/** Modules once each, then which one each function is in, then the functions. */
export function writeFrames(writer: ByteWriter, frames: readonly Frame[]): void {
  const modules = new Map<string, number>();
  for (const { module } of frames) if (!modules.has(module)) modules.set(module, modules.size);
  writer.reserve((2 + frames.length) * maxVarintBytes);
  writer.varint(modules.size);
  for (const module of modules.keys()) writeText(writer, module);
  writeNumbers(
    writer,
    frames.map(({ module }) => modules.get(module) ?? 0),
  );
  for (const frame of frames) writeText(writer, frame.function);
}

export function readFrames(reader: ByteReader): Frame[] {
  const modules = Array.from({ length: reader.count(maxCount) }, () => readText(reader));
  const moduleIds = readNumbers(reader);
  return Array.from(moduleIds, (id) => {
    const module = modules[id];
    if (module === undefined) throw malformed('a frame of no module');
    return { function: readText(reader), module };
  });
}

/** A parent is told by its distance: mostly it is the node before. */
export function writeNodes(writer: ByteWriter, { parents, frameIds }: NodeColumns, first: number): void {
  writeNumbers(
    writer,
    Array.from(parents, (parent, i) => first + i - 1 - parent),
  );
  writeNumbers(writer, frameIds);
}

/** `frames`: how many there are to point to. */
export function readNodes(reader: ByteReader, first: number, frames: number): NodeColumns {
  const distances = readNumbers(reader);
  const frameIds = readNumbers(reader);
  if (frameIds.length !== distances.length) throw malformed('nodes without a frame');
  for (const [i, distance] of distances.entries()) {
    if (distance > first + i) throw malformed('a parent before the first node');
  }
  if (frameIds.some((id) => id >= frames)) throw malformed('a node of no frame');
  return { parents: distances.map((distance, i) => first + i - 1 - distance), frameIds };
}

/** Whole numbers from 0 on, each likely to be about as long as the one before. */
export function writeNumbers(writer: ByteWriter, numbers: ArrayLike<number>): void {
  const coder = new RangeWriter();
  const model = new RunningNumbers();
  for (let i = 0; i < numbers.length; i += 1) model.write(coder, numbers[i] ?? 0);
  const bytes = coder.end();
  writer.reserve(2 * maxVarintBytes + bytes.length);
  writer.varint(numbers.length);
  writer.varint(bytes.length);
  writer.append(bytes);
}

export function readNumbers(reader: ByteReader): Float64Array {
  const numbers = new Float64Array(reader.count(maxCount));
  const coder = new RangeReader(reader.part(reader.count(reader.bytes.length - reader.at)).bytes);
  const model = new RunningNumbers();
  for (let i = 0; i < numbers.length; i += 1) numbers[i] = model.read(coder);
  return numbers;
}
