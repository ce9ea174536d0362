// In: the path of a partition file. Out: its open SQLite database, made when it is missing and may be made.
// It refuses (StoreError `corrupt`) a file that is not one of ours, or of a newer version.
import { closeSync, existsSync, openSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite, { type Database as SqliteDatabase } from 'better-sqlite3';
import { makeFolder } from '../../../shared/folders.ts';
import { StoreError } from '../store.ts';

export type Database = SqliteDatabase;

/** "jidi". */
const applicationId = 0x6a696469;
const version = 2;

/** The WAL is brought into the file when it is so large: often, so that no commit waits long for it. */
const walBytes = 4 * 1024 * 1024;

/** Readers wait so long for a file that is just being opened or closed by another. */
const busyMs = 2_000;

const schema = `
  CREATE TABLE entry (key INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;
  CREATE TABLE slot_group (key INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;
  CREATE TABLE chunk (key INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;
  CREATE TABLE snapshot (key INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;
  CREATE TABLE job (job TEXT NOT NULL, node INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (job, node))
    STRICT, WITHOUT ROWID;
`;

export interface NewFile {
  readonly pageBytes: number;
  /** SQL that makes its tables. */
  readonly tables: string;
  /** Writes the first rows, in the same transaction. */
  readonly fill: (db: Database) => void;
}

/** Everything but the schema goes through the caller; `fill` writes the first rows, in the same transaction. */
export function openForWriting(file: string, pageBytes: number, fill: (db: Database) => void): Database {
  return openFileForWriting(file, { pageBytes, tables: schema, fill });
}

/** For a file with other tables. */
export function openFileForWriting(file: string, { pageBytes, tables, fill }: NewFile): Database {
  createPrivate(file);
  const db = new Sqlite(file, { timeout: busyMs });
  return closedOnError(db, () => {
    db.pragma(`page_size = ${pageBytes}`);
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    // Dirty pages beyond it go to the WAL before the commit: the memory of a long transaction stays small.
    db.pragma('cache_size = -16384');
    db.pragma(`wal_autocheckpoint = ${Math.ceil(walBytes / pageBytes)}`);
    db.pragma(`journal_size_limit = ${walBytes}`);
    configure(db);
    if (versionOf(db) === 0) {
      db.transaction(() => {
        db.exec(tables);
        db.pragma(`application_id = ${applicationId}`);
        db.pragma(`user_version = ${version}`);
        fill(db);
      })();
    }
    check(db, file);
  });
}

export function openForReading(file: string): Database {
  const db = new Sqlite(file, { readonly: true, fileMustExist: true, timeout: busyMs });
  return closedOnError(db, () => {
    db.pragma('query_only = ON');
    db.pragma('cache_size = -8192');
    configure(db);
    check(db, file);
  });
}

function configure(db: Database): void {
  db.pragma('trusted_schema = OFF');
  db.pragma('cell_size_check = ON');
  db.pragma('mmap_size = 0');
  db.pragma('temp_store = MEMORY');
}

function check(db: Database, file: string): void {
  const id = Number(db.pragma('application_id', { simple: true }));
  if (id !== applicationId) throw new StoreError('corrupt', `store ${file}: this is not a file of the store`);
  const found = versionOf(db);
  if (found === version) return;
  throw new StoreError('corrupt', `store ${file}: version ${found} of the format, where ${version} is known`);
}

function versionOf(db: Database): number {
  return Number(db.pragma('user_version', { simple: true }));
}

/** Command lines of everybody are in it, and the folder may be one that others can look into. */
function createPrivate(file: string): void {
  if (existsSync(file)) return;
  makeFolder(dirname(file));
  // Of a file of the same name that was removed half.
  for (const rest of ['-wal', '-shm']) rmSync(file + rest, { force: true });
  closeSync(openSync(file, 'wx', 0o600));
}

function closedOnError(db: Database, work: () => void): Database {
  try {
    work();
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
