// The two kinds of rows in a file of profiles, as sealed bytes that say themselves where they belong.
// In: by what a profile makes the file's tree of stacks grow; the profile's own stacks. Out: bytes, and back.
// It refuses (ChunkError) bytes that have changed or lie in another row; (RangeError) what would not fit into a row.
import type { Frame, StackTree } from '../../../shared/model/profile.ts';
import { type ByteWriter, maxVarintBytes } from '../columns/byte-writer.ts';
import { ChunkError, malformed } from '../columns/chunk-error.ts';
import { contentWriter, seal, unseal } from '../columns/sealed-bytes.ts';
import {
  type NodeColumns,
  readFrames,
  readNodes,
  readNumbers,
  readText,
  writeFrames,
  writeNodes,
  writeNumbers,
  writeText,
} from './stack-columns.ts';

/** Below what `unseal` takes. */
const maxContentBytes = 60 * 1024 * 1024;

/** New frames and nodes of the tree that all profiles of a file share. */
export interface Growth extends NodeColumns {
  /** From 1. */
  readonly key: number;
  readonly firstFrame: number;
  readonly frames: readonly Frame[];
  readonly firstNode: number;
}

/** `shared`: nodes of the file's tree, ascending, and how many samples ended in each. `own`: a tree of its own. */
export type StackRow =
  | { readonly kind: 'shared'; readonly nodes: ArrayLike<number>; readonly self: ArrayLike<number> }
  | { readonly kind: 'own'; readonly tree: StackTree };

export function encodeGrowth(growth: Growth): Uint8Array {
  const writer = contentWriter(3 * maxVarintBytes);
  writer.varint(growth.key);
  writer.varint(growth.firstFrame);
  writer.varint(growth.firstNode);
  writeFrames(writer, growth.frames);
  writeNodes(writer, growth, growth.firstNode);
  return sealed(writer);
}

export function decodeGrowth(bytes: unknown, key: number): Growth {
  const reader = unseal(bytesOf(bytes));
  if (reader.varint() !== key) throw malformed('a row in another place');
  const firstFrame = reader.varint();
  const firstNode = reader.varint();
  const frames = readFrames(reader);
  const nodes = readNodes(reader, firstNode, firstFrame + frames.length);
  return { key, firstFrame, frames, firstNode, ...nodes };
}

const kinds = ['shared', 'own'] as const;

export function encodeStacks(id: string, stacks: StackRow): Uint8Array {
  const writer = contentWriter(1);
  writer.byte(kinds.indexOf(stacks.kind));
  writeText(writer, id);
  if (stacks.kind === 'own') {
    writeFrames(writer, stacks.tree.frames);
    writeNodes(writer, stacks.tree, 0);
    writeNumbers(writer, stacks.tree.self);
  } else {
    writeAscending(writer, stacks.nodes);
    writeNumbers(writer, stacks.self);
  }
  return sealed(writer);
}

export function decodeStacks(bytes: unknown, id: string): StackRow {
  const reader = unseal(bytesOf(bytes));
  const kind = kinds[reader.byte()];
  if (kind === undefined) throw malformed('stacks of another version');
  if (readText(reader) !== id) throw malformed('stacks of another profile');
  if (kind === 'own') {
    const frames = readFrames(reader);
    const { parents, frameIds } = readNodes(reader, 0, frames.length);
    const self = Array.from(checked(readNumbers(reader), parents.length));
    return { kind, tree: { frames, parents: Array.from(parents), frameIds: Array.from(frameIds), self } };
  }
  const nodes = readNumbers(reader);
  let node = -1;
  for (const [i, distance] of nodes.entries()) {
    node += 1 + distance;
    nodes[i] = node;
  }
  return { kind, nodes, self: checked(readNumbers(reader), nodes.length) };
}

function checked(self: Float64Array, nodes: number): Float64Array {
  if (self.length !== nodes) throw malformed('nodes without samples');
  return self;
}

function writeAscending(writer: ByteWriter, numbers: ArrayLike<number>): void {
  writeNumbers(
    writer,
    Array.from(numbers, (number, i) => number - (numbers[i - 1] ?? -1) - 1),
  );
}

function sealed(writer: ByteWriter): Uint8Array {
  if (writer.at > maxContentBytes)
    throw new RangeError(`stacks of ${writer.at} bytes are more than a row takes`);
  return seal(writer, 'zstd');
}

/** A damaged bit can make SQLite take a blob for a number or a text. */
export function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new ChunkError('malformed', 'stacks: no bytes');
}
