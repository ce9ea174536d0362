// In: a data folder that is locked. Out: a checked connection to its catalog with the newest schema, for the one who
// writes; or a further one that only reads.
// It refuses (StartError): a folder it cannot write, a full disk for a new catalog, a damaged file, one of a newer version.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode, StartError } from '../../../shared/errors.ts';
import { closeQuietly, type Database, openSqlite } from '../sqlite.ts';
import { toStartError } from '../store-errors.ts';
import { migrate, schemaVersion } from './schema.ts';
import { giveUpSpareRoom, keepSpareRoom } from './spare-room.ts';

/** A whole check reads the whole file: above this size only the tables that are always small are checked. */
const wholeCheckBytes = 256 * 1024 * 1024;
const smallTables = ['node', 'position', 'flushed', 'command', 'audit', 'profile'];

export function catalogFile(dataDir: string): string {
  return join(dataDir, 'catalog.db');
}

export function openCatalog(dataDir: string): Database {
  const file = catalogFile(dataDir);
  try {
    const db = openWithRoom(dataDir, file);
    keepSpareRoom(dataDir);
    return db;
  } catch (error) {
    throw toStartError(error, file);
  }
}

/** For a thread beside the writer. */
export function openCatalogReader(dataDir: string): Database {
  const file = catalogFile(dataDir);
  try {
    return openSqlite(file, { isReader: true, cacheKiB: 8192 });
  } catch (error) {
    throw toStartError(error, file);
  }
}

function openWithRoom(dataDir: string, file: string): Database {
  try {
    return openToWrite(file);
  } catch (error) {
    if (!isFull(error)) throw error;
    giveUpSpareRoom(dataDir);
    return openToWrite(file);
  }
}

function openToWrite(file: string): Database {
  const db = openSqlite(file, { cacheKiB: 16_384 });
  try {
    db.pragma('page_size = 8192');
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('journal_size_limit = 67108864');
    check(db, file);
    migrate(db, file);
    return db;
  } catch (error) {
    closeQuietly(db);
    throw error;
  }
}

function isFull(error: unknown): boolean {
  return /^(SQLITE_FULL|SQLITE_IOERR_SHMSIZE|ENOSPC|EDQUOT)/.test(errorCode(error) ?? '');
}

function check(db: Database, file: string): void {
  if (schemaVersion(db) === 0) return;
  const targets =
    statSync(file).size <= wholeCheckBytes ? ['1'] : smallTables.filter((table) => hasTable(db, table));
  for (const target of targets) {
    const verdict = String(db.pragma(`quick_check(${target})`, { simple: true }));
    if (verdict === 'ok') continue;
    throw new StartError(
      `store ${file}: the file is damaged (${verdict.slice(0, 200)})`,
      'Move the file aside or put a copy of it back, then start again.',
    );
  }
}

function hasTable(db: Database, table: string): boolean {
  return db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?").get(table) !== undefined;
}
