// In: the path of a partition file. Out: its open SQLite database, made when it is missing and may be made.
// It refuses (StoreError `corrupt`) a file that is not one of ours, or of a newer version.
import { closedOnError, type Database, openSqlite } from '../sqlite.ts';
import { StoreError } from '../store.ts';

export type { Database } from '../sqlite.ts';

/** "jidi". */
const applicationId = 0x6a696469;
const version = 3;

/** The WAL is brought into the file when it is so large: often, so that no commit waits long for it. */
const walBytes = 4 * 1024 * 1024;

/** Readers wait so long for a file that is just being opened or closed by another. */
const busyMs = 2_000;

const schema = `
  CREATE TABLE entry (key INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;
  CREATE TABLE chunk (key INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;
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
  const db = openSqlite(file, { lockWaitMs: busyMs, cacheKiB: 16_384 });
  return closedOnError(db, () => {
    db.pragma(`page_size = ${pageBytes}`);
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma(`wal_autocheckpoint = ${Math.ceil(walBytes / pageBytes)}`);
    db.pragma(`journal_size_limit = ${walBytes}`);
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
  const db = openSqlite(file, { access: 'look', lockWaitMs: busyMs, cacheKiB: 8_192 });
  return closedOnError(db, () => check(db, file));
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
