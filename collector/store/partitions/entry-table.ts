// In: an open partition file. Out: its small rows by kind and number.
import type { Statement } from 'better-sqlite3';
import type { Database } from './partition-database.ts';
import { type EntryKind, entryId, entryKey, entryRange } from './place.ts';
import type { Place } from './rows.ts';

export interface Entry {
  readonly id: number;
  readonly data: Uint8Array;
  readonly place: Place;
}

interface Row {
  readonly key: number;
  readonly data: Uint8Array;
}

export class EntryTable {
  readonly file: string;
  readonly #get: Statement<[number], Row>;
  readonly #range: Statement<[number, number], Row>;
  readonly #put: Statement<[number, Uint8Array]>;
  readonly #delete: Statement<[number, number]>;

  constructor(db: Database, file: string) {
    this.file = file;
    this.#get = db.prepare('SELECT key, data FROM entry WHERE key = ?');
    this.#range = db.prepare('SELECT key, data FROM entry WHERE key BETWEEN ? AND ? ORDER BY key');
    this.#put = db.prepare('INSERT OR REPLACE INTO entry (key, data) VALUES (?, ?)');
    this.#delete = db.prepare('DELETE FROM entry WHERE key BETWEEN ? AND ?');
  }

  get(kind: EntryKind, id: number): Entry | undefined {
    const row = this.#get.get(entryKey(kind, id));
    return row === undefined ? undefined : toEntry(row);
  }

  /** All of a kind, from a number on, ascending. */
  all(kind: EntryKind, fromId = 0): readonly Entry[] {
    const [, last] = entryRange(kind);
    return this.#range.all(entryKey(kind, fromId), last).map(toEntry);
  }

  put(kind: EntryKind, id: number, encode: (place: Place) => Uint8Array): void {
    const key = entryKey(kind, id);
    this.#put.run(key, encode({ table: 'entry', key }));
  }

  /** Those with numbers from `fromId` to `toId`, both included. */
  delete(kind: EntryKind, fromId: number, toId: number): void {
    this.#delete.run(entryKey(kind, fromId), entryKey(kind, toId));
  }
}

function toEntry({ key, data }: Row): Entry {
  return { id: entryId(key), data, place: { table: 'entry', key } };
}
