// The tables of a file of profiles. In: an open database. Out: their rows, checked one by one by who decodes them, and the
// head, which counts them all.
// It refuses (StoreError `corrupt`) a file that is not of its time, or not of profiles.
import type { Statement } from 'better-sqlite3';
import { EntryTable } from '../partitions/entry-table.ts';
import type { Database } from '../partitions/partition-database.ts';
import { decodeText, encodeText } from '../partitions/rows.ts';
import type { Partition } from '../partitions/tier.ts';
import { StoreError } from '../store.ts';

export const profileTables = `
  CREATE TABLE entry (key INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;
  CREATE TABLE growth (key INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;
  CREATE TABLE stacks (key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, data BLOB NOT NULL,
    samples BLOB) STRICT;
`;

/** How many there must be, so that a lost row is noticed. */
export interface ProfileHead {
  readonly growths: number;
  readonly frames: number;
  readonly nodes: number;
  readonly profiles: number;
}

export const emptyHead: ProfileHead = { growths: 0, frames: 0, nodes: 0, profiles: 0 };

export interface GrowthRow {
  readonly key: number;
  readonly data: unknown;
}

export class ProfileTables {
  readonly #db: Database;
  readonly #file: string;
  readonly #partition: Partition;
  readonly #entries: EntryTable;
  readonly #growths: Statement<[number, number], GrowthRow>;
  readonly #putGrowth: Statement<[number, Uint8Array]>;
  readonly #stacks: Statement<[string]>;
  readonly #ids: Statement<[], string>;
  readonly #samples: Statement<[string]>;
  readonly #putStacks: Statement<[string, Uint8Array, Uint8Array | null]>;
  readonly #deleteStacks: Statement<[string]>;

  constructor(db: Database, file: string, partition: Partition) {
    this.#db = db;
    this.#file = file;
    this.#partition = partition;
    this.#entries = new EntryTable(db, file);
    this.#growths = db.prepare('SELECT key, data FROM growth WHERE key > ? ORDER BY key LIMIT ?');
    this.#putGrowth = db.prepare('INSERT INTO growth (key, data) VALUES (?, ?)');
    this.#stacks = db.prepare<[string]>('SELECT data FROM stacks WHERE id = ?').pluck();
    // By the table itself: the index may lack some.
    this.#ids = db.prepare<[], string>('SELECT id FROM stacks NOT INDEXED ORDER BY key').pluck();
    this.#samples = db.prepare<[string]>('SELECT samples FROM stacks WHERE id = ?').pluck();
    this.#putStacks = db.prepare('INSERT INTO stacks (id, data, samples) VALUES (?, ?, ?)');
    this.#deleteStacks = db.prepare('DELETE FROM stacks WHERE id = ?');
  }

  head(): ProfileHead {
    const entry = this.#entries.get('head', 0);
    if (entry === undefined) throw this.missing('its head');
    const value: unknown = JSON.parse(decodeText(entry.data, entry.place));
    const [tier, ...numbers] = Array.isArray(value) ? (value as readonly unknown[]) : [];
    const [fromMs, growths = 0, frames = 0, nodes = 0, profiles = 0] = numbers.map(Number);
    if (tier !== this.#partition.tier || fromMs !== this.#partition.fromMs) {
      throw new StoreError('corrupt', `store ${this.#file}: it is the file of another time, renamed`);
    }
    return { growths, frames, nodes, profiles };
  }

  putHead({ growths, frames, nodes, profiles }: ProfileHead): void {
    const { tier, fromMs } = this.#partition;
    const text = JSON.stringify([tier, fromMs, growths, frames, nodes, profiles]);
    this.#entries.put('head', 0, (place) => encodeText(text, place));
  }

  /** In their order, at most so many. */
  growthsAfter(key: number, limit: number): readonly GrowthRow[] {
    return this.#growths.all(key, limit);
  }

  putGrowth(key: number, data: Uint8Array): void {
    this.#putGrowth.run(key, data);
  }

  /** undefined: it is not found. */
  stacks(id: string): unknown {
    return this.#stacks.get(id);
  }

  /** Throws when some of them are in the file all the same: a damaged index finds too little. */
  checkAbsent(missed: ReadonlySet<string>): void {
    const ids = this.ids();
    if (ids.length === this.head().profiles && !ids.some((id) => missed.has(id))) return;
    throw this.missing('the row of a profile');
  }

  has(id: string): boolean {
    return this.#stacks.get(id) !== undefined;
  }

  ids(): readonly string[] {
    return this.#ids.all();
  }

  /** null: there are none. */
  samples(id: string): unknown {
    return this.#samples.get(id) ?? null;
  }

  putStacks(id: string, data: Uint8Array, samples: Uint8Array | null): void {
    this.#putStacks.run(id, data, samples);
  }

  /** False when there were none. */
  deleteStacks(id: string): boolean {
    return this.#deleteStacks.run(id).changes === 1;
  }

  /** All of it or nothing; returns once it is synced to disk. */
  write(work: () => void): void {
    this.#db.transaction(work).immediate();
  }

  /** What is read within it is of one moment. */
  view<T>(read: () => T): T {
    return this.#db.transaction(read)();
  }

  /** SQLite's own check of the file, in words; undefined when nothing is wrong. Reads the whole file. */
  structureProblem(): string | undefined {
    const verdict = String(this.#db.pragma('integrity_check(1)', { simple: true }));
    return verdict === 'ok' ? undefined : verdict;
  }

  missing(what: string): StoreError {
    return new StoreError('corrupt', `store ${this.#file}: ${what} is missing in it`);
  }

  close(): void {
    this.#db.close();
  }
}
