// In: a data folder. Out: an open, locked, checked SQLite database with the newest schema. Only this file
// runs better-sqlite3; the others see its type.
// It refuses (StartError): a folder it cannot write, a file system without dependable locks, a file that another
// collector holds, a damaged file, a file of a newer version.
import { closeSync, existsSync, openSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite, { type Database as SqliteDatabase } from 'better-sqlite3';
import { StartError } from '../../shared/errors.ts';
import { makeFolder } from '../../shared/folders.ts';
import { migrate } from './schema.ts';
import { toStartError } from './store-errors.ts';

export type Database = SqliteDatabase;

/** A whole check reads the whole file: above this size only the tables that are always small are checked. */
const wholeCheckBytes = 256 * 1024 * 1024;
const smallTables = ['node', 'position', 'series', 'layout', 'command', 'audit', 'profile', 'wait_channel'];

/** How long to wait for a collector that is just ending. */
const lockWaitMs = 1000;

export function storeFile(dataDir: string): string {
  return join(dataDir, 'store.db');
}

export function openDatabase(dataDir: string): Database {
  const file = storeFile(dataDir);
  let db: Database | undefined;
  try {
    makeFolder(dataDir);
    refuseNetworkFileSystem(dataDir, statfsSync(dataDir).type);
    createPrivate(file);
    db = new Sqlite(file, { timeout: lockWaitMs });
    configure(db);
    check(db, file);
    migrate(db, file);
    return db;
  } catch (error) {
    closeQuietly(db);
    throw toStartError(error, file);
  }
}

/** Command lines of everybody are in it, and the folder may be one that others can look into. */
function createPrivate(file: string): void {
  if (!existsSync(file)) closeSync(openSync(file, 'wx', 0o600));
}

/**
 * The exclusive lock is the kernel's own: it ends with the process, however that ends. It also keeps the WAL index in
 * memory, so that a full disk can never hit a memory-mapped file. Defensive mode is what better-sqlite3 starts with.
 */
function configure(db: Database): void {
  db.pragma('locking_mode = EXCLUSIVE');
  db.pragma('page_size = 8192');
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('trusted_schema = OFF');
  db.pragma('cell_size_check = ON');
  db.pragma('mmap_size = 0');
  db.pragma('journal_size_limit = 67108864');
  db.pragma('cache_size = -32768');
  db.pragma('temp_store = MEMORY');
  db.exec('BEGIN EXCLUSIVE; COMMIT');
}

function check(db: Database, file: string): void {
  if (Number(db.pragma('user_version', { simple: true })) === 0) return;
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

// Magic numbers as in statfs(2).
const networkFileSystems: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x0bd00bd0, 'Lustre'],
  [0x19830326, 'BeeGFS'],
  [0x47504653, 'GPFS'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0x00c36400, 'CephFS'],
  [0x5346414f, 'AFS'],
]);

/** Locks and sync of a shared file system are not what a database needs. */
export function refuseNetworkFileSystem(dataDir: string, type: number): void {
  // The kernel's type is signed on some machines.
  const name = networkFileSystems.get(type >>> 0);
  if (name === undefined) return;
  throw new StartError(
    `data folder ${dataDir}: it lies on ${name}, where a database cannot be kept safely`,
    'Name a folder on a local disk.',
  );
}

function closeQuietly(db: Database | undefined): void {
  try {
    db?.close();
  } catch {
    // The error that brought us here is the one to tell.
  }
}
