// Where rows lie in a partition file: keys packed of small numbers, and checksums bound to them. A key stays below 2^53 and
// ascends with its first part, so a slot that is written as a whole is appended.
import { malformed } from '../columns/chunk-error.ts';

export const maxSlots = 2 ** 13;
export const maxGroups = 2 ** 16;
const crcBytes = 4;
/** Series are numbered from 1 in each file. */
export const maxSeries = 2 ** 24;
/** Nodes are numbered from 0 in each file. */
export const maxNodes = 2 ** 18;

/** What the rows of the table `entry` are. */
export const entryKinds = {
  head: 0,
  slot: 1,
  node: 2,
  series: 3,
  seriesOfNode: 4,
  processes: 5,
  mark: 6,
  /** What a slot has of a group beside its chunks. */
  group: 7,
  /** Of the processes of a node in a slot. */
  snapshots: 8,
} as const;
export type EntryKind = keyof typeof entryKinds;
const entriesPerKind = 2 ** 44;

export function entryKey(kind: EntryKind, id: number): number {
  return entryKinds[kind] * entriesPerKind + id;
}

/** First and last key that entries of a kind can have. */
export function entryRange(kind: EntryKind): readonly [number, number] {
  return [entryKey(kind, 0), entryKey(kind, entriesPerKind - 1)];
}

export function entryId(key: number): number {
  return key % entriesPerKind;
}

export function chunkKey(slot: number, group: number, series: number): number {
  return (slot * maxGroups + group) * maxSeries + series;
}

/** Number of an entry. */
export function groupId(slot: number, group: number): number {
  return slot * maxGroups + group;
}

/** Number of an entry. */
export function snapshotsId(slot: number, node: number): number {
  return slot * maxNodes + node;
}

/** The tables whose rows are a key and sealed bytes. */
export type KeyedTable = 'entry' | 'chunk';

const salts: Readonly<Record<KeyedTable, number>> = {
  entry: 0x1b873593,
  chunk: 0x297a2d39,
};

/**
 * Binds sealed bytes to their place, or releases them: their checksum (the last four bytes) is mixed with table and key,
 * in place. Bytes that turn up under another key, after a damaged bit, then have a wrong checksum.
 */
export function bindToPlace(bytes: unknown, table: KeyedTable, key: number): void {
  // A damaged bit can make SQLite take a blob for a number or a text.
  if (!(bytes instanceof Uint8Array) || bytes.length < crcBytes) throw malformed('no bytes');
  const low = Math.imul(key >>> 0, 0x9e3779b1);
  const mixed = Math.imul(low ^ (key / 4_294_967_296) ^ salts[table], 0x85ebca6b);
  const word = mixed ^ (mixed >>> 15);
  const end = bytes.length - crcBytes;
  for (let place = 0; place < crcBytes; place += 1) {
    bytes[end + place] = (bytes[end + place] ?? 0) ^ (word >>> (8 * place));
  }
}
