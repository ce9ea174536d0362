// In: a partition file. Out: what is in it: slots, and of each its groups of nodes, chunks and snapshots. The bytes of chunks
// and snapshots are checked by their codecs; here it is checked that none is missing.
// It refuses: StoreError `corrupt` (rows are missing, another format), ChunkError (bytes have changed), errors of SQLite with
// their code. `isDamage` in damage.ts tells all of them from other trouble.
//
// What belongs together is read within one `view`: another connection may write the file meanwhile.
import { join } from 'node:path';
import type { Statement } from 'better-sqlite3';
import { StoreError } from '../store.ts';
import { Dictionary } from './dictionary.ts';
import { EntryTable } from './entry-table.ts';
import { decodeGroup, type Group } from './group-row.ts';
import { JobTable } from './job-table.ts';
import { type Database, openForReading } from './partition-database.ts';
import { bindToPlace, chunkKey, groupId, snapshotsId } from './place.ts';
import { bound, decodeHead, decodeSlot, decodeText, type Head, type Slot } from './rows.ts';
import type { Partition } from './tier.ts';

/** A group of a slot, as `group` gives it. */
export interface SlotGroup extends Group {
  readonly slot: number;
  readonly group: number;
}

export class PartitionReader {
  readonly partition: Partition;
  readonly file: string;
  readonly dictionary: Dictionary;
  readonly jobs: JobTable;
  readonly #db: Database;
  readonly #entries: EntryTable;
  readonly #dataVersionOf: Statement<[]>;
  readonly #chunk: Statement<[number], { data: Uint8Array }>;
  #head: Head;
  #slots: readonly Slot[] | undefined;
  #version: unknown;

  static open(root: string, partition: Partition): PartitionReader {
    const file = join(root, partition.path);
    const db = openForReading(file);
    try {
      return new PartitionReader(db, file, partition);
    } catch (error) {
      db.close();
      throw error;
    }
  }

  /** Takes an open database; a writer reads its own file so. */
  constructor(db: Database, file: string, partition: Partition) {
    this.partition = partition;
    this.file = file;
    this.#db = db;
    this.#entries = new EntryTable(db, file);
    this.jobs = new JobTable(db);
    // Asked for with every view: preparing it costs more than asking.
    this.#dataVersionOf = db.prepare<[]>('PRAGMA data_version').pluck();
    this.#chunk = db.prepare('SELECT data FROM chunk WHERE key = ?');
    [this.#head, this.dictionary] = db.transaction(
      () => [this.#readHead(), new Dictionary(this.#entries)] as const,
    )();
    this.dictionary.check(this.#head.nodes, this.#head.series);
    this.#version = this.#dataVersion();
  }

  get nodesPerGroup(): number {
    return this.#head.nodesPerGroup;
  }

  /** Everything read within it is of one moment. May be nested. */
  view<T>(read: () => T): T {
    if (this.#db.inTransaction) return read();
    return this.#db.transaction(() => {
      this.#refresh();
      return read();
    })();
  }

  /** All slots, in the order of their numbers. */
  slots(): readonly Slot[] {
    return this.view(() => (this.#slots ??= this.#readSlots()));
  }

  /** Those that have something between the two times, both included. */
  slotsBetween(fromMs: number, toMs: number): readonly Slot[] {
    return this.slots().filter(({ firstMs, lastMs }) => firstMs <= toMs && lastMs >= fromMs);
  }

  /** Which group of nodes a node is in, and where in it. */
  placeOf(node: number): { readonly group: number; readonly place: number } {
    const { nodesPerGroup } = this.#head;
    return { group: Math.floor(node / nodesPerGroup), place: node % nodesPerGroup };
  }

  /** undefined: the slot has nothing of these nodes. */
  group(slot: Slot, group: number): SlotGroup | undefined {
    if (!includes(slot.groups, group)) return undefined;
    const row = this.#entries.get('group', groupId(slot.id, group));
    if (row === undefined) throw this.#missing(`group ${group} of slot ${slot.id}`);
    return { ...decodeGroup(row.data, row.place), slot: slot.id, group };
  }

  /** Sealed bytes of a chunk; undefined: the group does not have this series. */
  chunk({ slot, group, series: known }: SlotGroup, series: number): Uint8Array | undefined {
    if (!includes(known, series)) return undefined;
    const key = chunkKey(slot, group, series);
    const row = this.#chunk.get(key);
    if (row === undefined) throw this.#missing(`series ${series} of group ${group} of slot ${slot}`);
    bindToPlace(row.data, 'chunk', key);
    return row.data;
  }

  /** A node's snapshots in a slot (process-row.ts reads them); undefined: it has none. */
  snapshots(slot: Slot, node: number): Uint8Array | undefined {
    if (!includes(slot.nodes, node)) return undefined;
    const row = this.#entries.get('snapshots', snapshotsId(slot.id, node));
    if (row === undefined) throw this.#missing(`snapshots of node ${node} in slot ${slot.id}`);
    return bound(row.data, row.place);
  }

  /** What `putMark` noted; undefined: nothing yet. */
  mark(id: number): string | undefined {
    const entry = this.#entries.get('mark', id);
    return entry === undefined ? undefined : decodeText(entry.data, entry.place);
  }

  /** SQLite's own check of the file, in words; undefined when nothing is wrong. Reads the whole file. */
  structureProblem(): string | undefined {
    const verdict = String(this.#db.pragma('quick_check(1)', { simple: true }));
    return verdict === 'ok' ? undefined : verdict;
  }

  close(): void {
    this.#db.close();
  }

  /** Forgets what it remembers of the file: after writing, and after giving up what was written. */
  forget(): void {
    this.#head = this.#readHead();
    this.#slots = undefined;
  }

  #refresh(): void {
    const version = this.#dataVersion();
    if (version === this.#version) return;
    this.#head = this.#readHead();
    this.dictionary.refresh();
    this.dictionary.check(this.#head.nodes, this.#head.series);
    this.#slots = undefined;
    this.#version = version;
  }

  #dataVersion(): unknown {
    return this.#dataVersionOf.get();
  }

  #readHead(): Head {
    const entry = this.#entries.get('head', 0);
    if (entry === undefined) throw this.#missing('its head');
    const head = decodeHead(entry.data, entry.place);
    const { tier, fromMs } = this.partition;
    if (head.tier === tier && head.fromMs === fromMs) return head;
    const time = new Date(head.fromMs).toISOString();
    throw new StoreError(
      'corrupt',
      `store ${this.file}: it is the file of tier ${head.tier} and ${time}, renamed`,
    );
  }

  #readSlots(): readonly Slot[] {
    const slots = this.#entries.all('slot').map(({ id, data, place }) => decodeSlot(id, data, place));
    if (slots.length !== this.#head.slots) throw this.#missing('a slot');
    return slots;
  }

  #missing(what: string): StoreError {
    return new StoreError('corrupt', `store ${this.file}: ${what} is missing in it`);
  }
}

/** Of numbers that ascend. */
function includes(numbers: readonly number[], wanted: number): boolean {
  let low = 0;
  let high = numbers.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = numbers[middle] ?? 0;
    if (found === wanted) return true;
    if (found < wanted) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}
