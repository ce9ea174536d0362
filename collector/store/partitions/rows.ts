// What the small rows of a partition file hold, as sealed bytes: the file's head, slots, nodes, series, lists of series.
// In: the thing and its place. Out: its bytes, bound to that place, and back.
// It refuses (ChunkError) bytes that have changed or lie in another place.
import type { SeriesDefinition } from '../../../shared/model/metric.ts';
import type { ByteReader } from '../columns/byte-reader.ts';
import { type ByteWriter, maxVarintBytes } from '../columns/byte-writer.ts';
import { malformed } from '../columns/chunk-error.ts';
import { contentWriter, seal, unseal } from '../columns/sealed-bytes.ts';
import { readRuns, writeRuns } from './number-runs.ts';
import { bindToPlace, type KeyedTable, maxGroups, maxNodes, maxSeries } from './place.ts';

/** A stretch that was written at once. */
export interface Slot {
  readonly id: number;
  /** What it was made of: the number of a segment of the log, or the begin of its hour or day in ms. */
  readonly origin: number;
  /** Times of the first and of the last sample or snapshot in it. */
  readonly firstMs: number;
  readonly lastMs: number;
  /** Groups of nodes of which it has chunks, ascending. */
  readonly groups: readonly number[];
  /** Nodes of which it has snapshots of processes, ascending. */
  readonly nodes: readonly number[];
}

/** How many rows there must be, so that a lost one is noticed. */
export interface Head {
  readonly tier: string;
  readonly fromMs: number;
  readonly nodesPerGroup: number;
  readonly nodes: number;
  readonly series: number;
  readonly slots: number;
}

/** Place of a row. */
export interface Place {
  readonly table: KeyedTable;
  readonly key: number;
}

/** Bytes as they lie in the file; `sealed` must not be used afterwards. */
export function bound(sealed: Uint8Array, { table, key }: Place): Uint8Array {
  bindToPlace(sealed, table, key);
  return sealed;
}

export function encodeSlot(slot: Slot, place: Place): Uint8Array {
  const writer = contentWriter(3 * maxVarintBytes);
  writer.varint(slot.origin);
  writer.varint(slot.firstMs);
  writer.varint(slot.lastMs);
  writeRuns(writer, slot.groups);
  writeRuns(writer, slot.nodes);
  return bound(seal(writer, 'none'), place);
}

export function decodeSlot(id: number, bytes: Uint8Array, place: Place): Slot {
  const reader = opened(bytes, place);
  const origin = reader.varint();
  const firstMs = reader.varint();
  const lastMs = reader.varint();
  const groups = readRuns(reader, maxGroups);
  return { id, origin, firstMs, lastMs, groups, nodes: readRuns(reader, maxNodes) };
}

export function encodeNumbers(numbers: readonly number[], place: Place): Uint8Array {
  const writer = contentWriter(maxVarintBytes);
  writeRuns(writer, numbers);
  return bound(seal(writer, 'none'), place);
}

export function decodeNumbers(bytes: Uint8Array, place: Place): number[] {
  return readRuns(opened(bytes, place), maxSeries);
}

export function encodeText(text: string, place: Place): Uint8Array {
  const bytes = Buffer.from(text);
  const writer = contentWriter(bytes.length);
  writeBytes(writer, bytes);
  return bound(seal(writer, 'none'), place);
}

export function decodeText(bytes: Uint8Array, place: Place): string {
  const reader = opened(bytes, place);
  return Buffer.from(reader.bytes.buffer, reader.bytes.byteOffset, reader.bytes.length).toString(
    'utf8',
    reader.at,
  );
}

export function encodeSeries({ metric, kind, decimals, labels }: SeriesDefinition, place: Place): Uint8Array {
  return encodeText(JSON.stringify([metric, kind, decimals, Object.entries(labels).flat()]), place);
}

export function decodeSeries(bytes: Uint8Array, place: Place): SeriesDefinition {
  const value: unknown = JSON.parse(decodeText(bytes, place));
  if (!Array.isArray(value)) throw malformed('no definition of a series');
  const [metric, kind, decimals, texts] = value as readonly unknown[];
  if (typeof metric !== 'string' || (kind !== 'counter' && kind !== 'gauge'))
    throw malformed('no definition of a series');
  if (typeof decimals !== 'number' || !Array.isArray(texts)) throw malformed('no definition of a series');
  const pairs: (readonly [string, string])[] = [];
  for (let at = 0; at + 1 < texts.length; at += 2) pairs.push([String(texts[at]), String(texts[at + 1])]);
  // A label may have any name, also one that every object knows.
  return { metric, kind, decimals, labels: Object.fromEntries(pairs) };
}

export function encodeHead(head: Head, place: Place): Uint8Array {
  const { tier, fromMs, nodesPerGroup, nodes, series, slots } = head;
  return encodeText(JSON.stringify([tier, fromMs, nodesPerGroup, nodes, series, slots]), place);
}

export function decodeHead(bytes: Uint8Array, place: Place): Head {
  const value: unknown = JSON.parse(decodeText(bytes, place));
  if (!Array.isArray(value)) throw malformed('no head of a file');
  const [tier, ...numbers] = value as readonly unknown[];
  const [fromMs, nodesPerGroup, nodes, series, slots] = numbers.map(Number);
  if (typeof tier !== 'string' || fromMs === undefined || nodesPerGroup === undefined)
    throw malformed('no head of a file');
  if (nodes === undefined || series === undefined || slots === undefined)
    throw malformed('no head of a file');
  return { tier, fromMs, nodesPerGroup, nodes, series, slots };
}

export function opened(bytes: Uint8Array, { table, key }: Place): ByteReader {
  bindToPlace(bytes, table, key);
  return unseal(bytes);
}

export function writeBytes(writer: ByteWriter, bytes: Uint8Array): void {
  writer.reserve(bytes.length);
  writer.bytes.set(bytes, writer.at);
  writer.at += bytes.length;
}
