// In: a file. Out: a connection to it with the settings of the catalog and of everything that looks at a file as a whole.
// What the file is for, its journal and its schema are its owner's; partitions open theirs in partition-database.ts.
//
// Never open a file that SQLite has open in this process by other means: closing it would drop the kernel's locks.
import { closeSync, existsSync, openSync } from 'node:fs';
import Sqlite, { type Database as SqliteDatabase, type Statement } from 'better-sqlite3';

export type Database = SqliteDatabase;
export type { Statement };

export interface SqliteOptions {
  /** It must be there already, and nothing is written to it. */
  readonly isReader?: boolean;
  /** How long to wait for the lock of another connection. */
  readonly lockWaitMs?: number;
  readonly cacheKiB?: number;
}

export function openSqlite(file: string, options: SqliteOptions = {}): Database {
  const { isReader = false, lockWaitMs = 1000, cacheKiB = 2048 } = options;
  if (!isReader) createPrivate(file);
  const db = new Sqlite(file, { timeout: lockWaitMs, fileMustExist: true });
  try {
    // A reader may still have to repair the index of the journal, so the file itself is open for writing.
    if (isReader) db.pragma('query_only = ON');
    db.pragma('trusted_schema = OFF');
    db.pragma('cell_size_check = ON');
    db.pragma('mmap_size = 0');
    db.pragma(`cache_size = -${cacheKiB}`);
    db.pragma('temp_store = MEMORY');
    return db;
  } catch (error) {
    closeQuietly(db);
    throw error;
  }
}

/** Nothing of it is on disk; for what only SQLite can tell. */
export function openInMemory(): Database {
  return new Sqlite(':memory:');
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
  if (!existsSync(file)) closeSync(openSync(file, 'wx', 0o600));
}
