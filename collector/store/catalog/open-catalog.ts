// In: a data folder that is locked. Out: a checked connection to its catalog with the newest schema, for the one who
// writes; or a further one that only reads.
// Of a damaged file it saves what is whole. It refuses (StartError): a folder it cannot write, a full disk for a new
// catalog, a file so damaged that nothing can be saved, one of a newer version.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode, StartError } from '../../../shared/errors.ts';
import { closeQuietly, type Database, openSqlite } from '../sqlite.ts';
import { toStartError } from '../store-errors.ts';
import { catalogDamage } from './check-catalog.ts';
import { countLostFrames } from './journal-check.ts';
import { defineRowCrc, sealRows } from './row-checksums.ts';
import { type Salvage, salvageCatalog } from './salvage-catalog.ts';
import { checkOwner, migrate } from './schema.ts';
import { giveUpSpareRoom, keepSpareRoom } from './spare-room.ts';

/** A whole check reads the whole file: above this size only the tables that are always small are checked. */
const wholeCheckBytes = 64 * 1024 * 1024;
const smallTables = ['node', 'position', 'flushed', 'command', 'profile'];

export interface OpenCatalog {
  readonly db: Database;
  /** What was done because the file was damaged. */
  readonly salvage: Salvage | null;
  /** Pages of the journal that were written, but are not whole. */
  readonly lostFrames: number;
}

export function catalogFile(dataDir: string): string {
  return join(dataDir, 'catalog.db');
}

export function openCatalog(dataDir: string): OpenCatalog {
  const file = catalogFile(dataDir);
  try {
    const lostFrames = countLostFrames(`${file}-wal`);
    const opened = withSpareRoom(dataDir, () => openOrSalvage(file, dataDir));
    keepSpareRoom(dataDir);
    return { ...opened, lostFrames };
  } catch (error) {
    throw toStartError(error, file);
  }
}

/** For a thread beside the writer. */
export function openCatalogReader(dataDir: string): Database {
  const file = catalogFile(dataDir);
  try {
    return openSqlite(file, { access: 'read', cacheKiB: 8192 });
  } catch (error) {
    throw toStartError(error, file);
  }
}

function withSpareRoom<T>(dataDir: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    if (!isFull(error)) throw error;
    giveUpSpareRoom(dataDir);
    return open();
  }
}

function openOrSalvage(file: string, dataDir: string): Omit<OpenCatalog, 'lostFrames'> {
  try {
    return { db: openToWrite(file), salvage: null };
  } catch (error) {
    if (!isDamage(error)) throw error;
    const salvage = salvageCatalog(file, dataDir, openToWrite);
    if (salvage === undefined) throw error;
    return { db: openToWrite(file), salvage };
  }
}

function isDamage(error: unknown): boolean {
  return error instanceof DamagedCatalog || /^SQLITE_(CORRUPT|NOTADB)/.test(errorCode(error) ?? '');
}

function openToWrite(file: string): Database {
  const db = openSqlite(file, { cacheKiB: 16_384 });
  try {
    db.pragma('page_size = 8192');
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('journal_size_limit = 67108864');
    defineRowCrc(db);
    checkOwner(db, file);
    check(db, file);
    migrate(db);
    sealRows(db);
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
  const isSmall = statSync(file).size <= wholeCheckBytes;
  const damage = catalogDamage(db, isSmall ? undefined : smallTables);
  if (damage !== null) throw new DamagedCatalog(file, damage);
}

class DamagedCatalog extends StartError {
  constructor(file: string, damage: string) {
    super(
      `store ${file}: the file is damaged (${damage})`,
      'Move the file aside or put a copy of it back, then start again.',
    );
  }
}

/** The first thing that is damaged in the catalog of a folder, which may be in use; null when it is whole. Changes nothing. */
export function verifyCatalog(dataDir: string): string | null {
  const db = openSqlite(catalogFile(dataDir), { access: 'look' });
  try {
    defineRowCrc(db);
    return catalogDamage(db);
  } finally {
    db.close();
  }
}
