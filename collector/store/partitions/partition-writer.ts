// In: groups of chunks and snapshots of a slot. Out: a partition file in which they are, once `commit` has returned.
// It refuses: StoreError `corrupt` (as the reader does), `busy` (as many slots as a file can have; compaction makes room),
// errors of SQLite with their code. After an error the transaction is to be rolled back; nothing of it is in the file.
//
// Invariants: the rows of a group – times, list of series, chunks – are replaced as a whole, so writing a slot again leaves no
// doubles; a slot, a name and the counts in the head change in the transaction that changes what they tell of.
import { join } from 'node:path';
import type { Statement } from 'better-sqlite3';
import type { SeriesDefinition } from '../../../shared/model/metric.ts';
import { StoreError } from '../store.ts';
import { EntryTable } from './entry-table.ts';
import { encodeGroup } from './group-row.ts';
import type { NewGroup, NewSnapshots } from './new-rows.ts';
import { closedSlot, emptySlot, type OpenSlot, openedSlot, slotOfNode } from './open-slot.ts';
import { type Database, openForWriting } from './partition-database.ts';
import { PartitionReader } from './partition-reader.ts';
import { bindToPlace, chunkKey, groupId, maxGroups, maxSeries, maxSlots, snapshotsId } from './place.ts';
import { bound, encodeHead, encodeSlot, encodeText, type Slot } from './rows.ts';
import { dayMs, hourMs, type Partition, tierLayouts } from './tier.ts';

export class PartitionWriter {
  readonly #db: Database;
  readonly #reader: PartitionReader;
  readonly #entries: EntryTable;
  readonly #putChunk: Statement<[number, Uint8Array]>;
  readonly #deleteChunks: Statement<[number, number]>;
  /** As they will be once committed. */
  #slots = new Map<number, OpenSlot>();
  #changed = new Set<OpenSlot>();

  /** Makes the file when it is missing. */
  static open(root: string, partition: Partition): PartitionWriter {
    const file = join(root, partition.path);
    const { pageBytes, nodesPerGroup } = tierLayouts[partition.tier];
    const db = openForWriting(file, pageBytes, (created) => {
      const { tier, fromMs } = partition;
      const head = { tier, fromMs, nodesPerGroup, nodes: 0, series: 0, slots: 0 };
      new EntryTable(created, file).put('head', 0, (place) => encodeHead(head, place));
    });
    try {
      return new PartitionWriter(db, new PartitionReader(db, file, partition));
    } catch (error) {
      db.close();
      throw error;
    }
  }

  private constructor(db: Database, reader: PartitionReader) {
    this.#db = db;
    this.#reader = reader;
    this.#entries = new EntryTable(db, reader.file);
    this.#putChunk = db.prepare('INSERT OR REPLACE INTO chunk (key, data) VALUES (?, ?)');
    this.#deleteChunks = db.prepare('DELETE FROM chunk WHERE key BETWEEN ? AND ?');
    this.#readSlots();
  }

  /** Reads what is written so far, but slots only as they were committed. */
  get reader(): PartitionReader {
    return this.#reader;
  }

  begin(): void {
    this.#db.exec('BEGIN IMMEDIATE');
  }

  /** Returns once everything is synced to disk. */
  commit(): void {
    for (const slot of this.#changed) {
      this.#entries.put('slot', slot.id, (place) => encodeSlot(closedSlot(slot), place));
    }
    this.#changed = new Set();
    this.#writeHead();
    this.#db.exec('COMMIT');
    this.#reader.forget();
  }

  rollback(): void {
    if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
    this.#changed = new Set();
    this.#reader.dictionary.reload();
    this.#reader.forget();
    this.#readSlots();
  }

  transaction<T>(work: () => T): T {
    this.begin();
    try {
      const result = work();
      this.commit();
      return result;
    } catch (error) {
      this.rollback();
      throw error;
    }
  }

  addNode(name: string, wish?: number): number {
    return this.#reader.dictionary.addNode(name, wish);
  }

  addSeries(definition: SeriesDefinition): number | undefined {
    return this.#reader.dictionary.addSeries(definition);
  }

  /** Returns those beyond the bound, which must not be kept. */
  addSeriesOfNode(node: number, series: readonly number[]): readonly number[] {
    return this.#reader.dictionary.addSeriesOfNode(node, series);
  }

  /** The number of the slot of that origin; a new one is empty. */
  slot(origin: number): number {
    const known = this.findSlot(origin);
    if (known !== undefined) return known;
    const id = this.#newSlotId(origin);
    if (id >= maxSlots) throw new StoreError('busy', `store ${this.#reader.file}: it has ${maxSlots} slots`);
    this.#changeSlot(emptySlot(id, origin));
    return id;
  }

  /** As it will be once committed. */
  slotNow(slot: number): Slot {
    return closedSlot(this.#slot(slot));
  }

  /** A node's snapshots as they will be once committed; undefined: it has none. */
  snapshotsNow(slot: number, node: number): Uint8Array | undefined {
    return this.#reader.snapshots(slotOfNode(this.#slot(slot), node), node);
  }

  /** undefined: there is none. */
  findSlot(origin: number): number | undefined {
    for (const slot of this.#slots.values()) if (slot.origin === origin) return slot.id;
    return undefined;
  }

  /** Readers look a slot up by its origin: one of another origin is not found. */
  setOrigin(slot: number, origin: number): void {
    this.#changeSlot({ ...this.#slot(slot), origin });
  }

  clearSlot(slot: number): void {
    this.#entries.delete('group', groupId(slot, 0), groupId(slot, maxGroups - 1));
    this.#deleteChunks.run(chunkKey(slot, 0, 0), chunkKey(slot, maxGroups - 1, maxSeries - 1));
    this.#entries.delete('snapshots', snapshotsId(slot, 0), snapshotsId(slot + 1, 0) - 1);
    this.#changeSlot(emptySlot(slot, this.#slot(slot).origin));
  }

  /** Replaces what the slot has of these nodes. */
  putGroup(slotId: number, { group, times, firstMs, lastMs, chunks }: NewGroup): void {
    const slot = this.#slot(slotId);
    if (group >= maxGroups) throw new RangeError(`store ${this.#reader.file}: group ${group}`);
    if (slot.groups.has(group)) {
      this.#deleteChunks.run(chunkKey(slotId, group, 0), chunkKey(slotId, group, maxSeries - 1));
    }
    for (const [series, bytes] of chunks) {
      const key = chunkKey(slotId, group, series);
      bindToPlace(bytes, 'chunk', key);
      this.#putChunk.run(key, bytes);
    }
    const series = chunks.map(([id]) => id);
    this.#entries.put('group', groupId(slotId, group), (place) => encodeGroup({ times, series }, place));
    slot.groups.add(group);
    this.#widen(slot, { firstMs, lastMs });
  }

  /** Replaces what the slot has of the node's snapshots. */
  putSnapshots(slotId: number, { node, bytes, firstMs, lastMs }: NewSnapshots): void {
    const slot = this.#slot(slotId);
    this.#entries.put('snapshots', snapshotsId(slotId, node), (place) => bound(bytes, place));
    slot.nodes.add(node);
    this.#widen(slot, { firstMs, lastMs });
  }

  /** Notes a text about the file under a number. */
  putMark(id: number, text: string): void {
    this.#entries.put('mark', id, (place) => encodeText(text, place));
  }

  /** Brings everything from the WAL into the file, as far as readers let it, and closes. Idempotent. */
  close(): void {
    if (!this.#db.open) return;
    if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
    this.#db.pragma('busy_timeout = 20');
    this.#db.pragma('wal_checkpoint(TRUNCATE)');
    this.#db.close();
  }

  #newSlotId(origin: number): number {
    const { tier, fromMs } = this.#reader.partition;
    if (tier === 'hot') return Math.max(-1, ...this.#slots.keys()) + 1;
    return Math.floor((origin - fromMs) / (tier === 'ten-minutes' ? dayMs : hourMs));
  }

  #slot(id: number): OpenSlot {
    const slot = this.#slots.get(id);
    if (slot === undefined) throw new RangeError(`store ${this.#reader.file}: slot ${id}`);
    return slot;
  }

  #widen(slot: OpenSlot, { firstMs, lastMs }: { firstMs: number; lastMs: number }): void {
    slot.firstMs = Math.min(slot.firstMs, firstMs);
    slot.lastMs = Math.max(slot.lastMs, lastMs);
    this.#changed.add(slot);
  }

  #changeSlot(slot: OpenSlot): void {
    this.#slots.set(slot.id, slot);
    this.#changed.add(slot);
  }

  #readSlots(): void {
    this.#slots = new Map(this.#reader.slots().map((slot) => [slot.id, openedSlot(slot)]));
  }

  #writeHead(): void {
    const { partition, nodesPerGroup, dictionary } = this.#reader;
    const head = {
      tier: partition.tier,
      fromMs: partition.fromMs,
      nodesPerGroup,
      nodes: dictionary.nodeCount,
      series: dictionary.seriesCount,
      slots: this.#slots.size,
    };
    this.#entries.put('head', 0, (place) => encodeHead(head, place));
  }
}
