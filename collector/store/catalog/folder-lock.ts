// In: a data folder. Out: the lock that says that this collector, and no other one, uses it. It is the kernel's own lock
// on an empty file, held by SQLite: it ends with the process, however that ends.
// It refuses (StartError): a folder that cannot be made or written, a file system without dependable locks, a folder
// that another collector uses, one with a store of a format that no released program wrote.
import { existsSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { StartError } from '../../../shared/errors.ts';
import { makeFolder } from '../../../shared/folders.ts';
import { closeQuietly, type Database, openSqlite } from '../sqlite.ts';
import { toStartError } from '../store-errors.ts';

/** How long to wait for a collector that is just ending. */
const lockWaitMs = 1000;

export interface FolderLock {
  /** Idempotent. */
  release(): void;
}

export function lockFolder(dataDir: string): FolderLock {
  const file = join(dataDir, 'lock.db');
  let db: Database | undefined;
  try {
    makeFolder(dataDir);
    refuseNetworkFileSystem(dataDir, statfsSync(dataDir).type);
    refuseFirstFormat(dataDir);
    db = openSqlite(file, { lockWaitMs });
    db.pragma('locking_mode = EXCLUSIVE');
    // Nothing is ever written to it, not even a journal: it works on a full disk.
    db.pragma('journal_mode = MEMORY');
    db.exec('BEGIN EXCLUSIVE; COMMIT');
  } catch (error) {
    closeQuietly(db);
    throw toStartError(error, dataDir);
  }
  const held = db;
  return { release: () => held.close() };
}

function refuseFirstFormat(dataDir: string): void {
  const file = join(dataDir, 'store.db');
  if (!existsSync(file)) return;
  throw new StartError(
    `store ${file}: its format is that of an early trial version, which this program does not read`,
    'Move the file out of the data folder or name another data folder.',
  );
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
