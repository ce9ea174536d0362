// In: a file. Out: a connection to it with the settings that all files of the store share. What the file is for, its journal and
// its schema are its owner's. A file that is made can be read by nobody else, and so can its folder.
//
// Never open a file that SQLite has open in this process by other means: closing it would drop the kernel's locks.
import { closeSync, existsSync, openSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite, { type Database as SqliteDatabase, type Statement } from 'better-sqlite3';
import { makeFolder } from '../../shared/folders.ts';

export type Database = SqliteDatabase;
export type { Statement };

export interface SqliteOptions {
  /**
   * `write`: it is made when it is missing. `read`: nothing is written to it, but the last one who closes it takes its journal
   * over. `look`: nothing of it changes at all.
   */
  readonly access?: 'write' | 'read' | 'look';
  /** How long to wait for the lock of another connection. */
  readonly lockWaitMs?: number;
  /** Dirty pages beyond it go to the journal before the commit. */
  readonly cacheKiB?: number;
}

export function openSqlite(file: string, options: SqliteOptions = {}): Database {
  const { access = 'write', lockWaitMs = 1000, cacheKiB = 2048 } = options;
  if (access === 'write') createPrivate(file);
  const db = new Sqlite(file, { timeout: lockWaitMs, fileMustExist: true, readonly: access === 'look' });
  return closedOnError(db, () => {
    if (access !== 'write') db.pragma('query_only = ON');
    db.pragma('trusted_schema = OFF');
    db.pragma('cell_size_check = ON');
    db.pragma('mmap_size = 0');
    db.pragma(`cache_size = -${cacheKiB}`);
    db.pragma('temp_store = MEMORY');
  });
}

/** Nothing of it is on disk; for what only SQLite can tell. */
export function openInMemory(): Database {
  return new Sqlite(':memory:');
}

/** The same database; closed when the work fails. */
export function closedOnError(db: Database, work: () => void): Database {
  try {
    work();
    return db;
  } catch (error) {
    closeQuietly(db);
    throw error;
  }
}

/** For a way out that has an error to tell already. */
export function closeQuietly(db: Database | undefined): void {
  try {
    db?.close();
  } catch {
    // The error that led here is the one to tell.
  }
}

/** Command lines of everybody are in it, and the folder may be one that others can look into. */
function createPrivate(file: string): void {
  if (existsSync(file)) return;
  makeFolder(dirname(file));
  // Of a file of the same name that was removed half.
  for (const rest of ['-wal', '-shm']) rmSync(file + rest, { force: true });
  closeSync(openSync(file, 'wx', 0o600));
}
