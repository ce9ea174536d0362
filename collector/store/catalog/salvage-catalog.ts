// In: a catalog that is damaged. Out: a new one in its place with every row that still matches its checksum; the damaged one
// is set aside, unchanged.
// It gives up, and changes nothing, when the beginning of a table cannot be read: then a backup is the better way.
import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { errorCode } from '../../../shared/errors.ts';
import { makeFolder } from '../../../shared/folders.ts';
import { closeQuietly, type Database, openSqlite } from '../sqlite.ts';
import { mendRoots } from './mend-roots.ts';
import { defineRowCrc, rowCrcSql, type SealedTable, sealedTables } from './row-checksums.ts';
import { schemaDamage } from './schema.ts';

export interface Salvage {
  /** Where the damaged file is now. */
  readonly setAside: string;
  /** Rows that were taken over, and tables of which some were not. */
  readonly rows: number;
  readonly damagedTables: readonly string[];
}

/** `createNew` makes an empty catalog at a path, sealed. undefined: nothing could be done. */
export function salvageCatalog(
  file: string,
  dataDir: string,
  createNew: (path: string) => Database,
): Salvage | undefined {
  const fresh = `${file}.new`;
  const copy = `${file}.copy`;
  removeDatabases(fresh, copy);
  let from: Database | undefined;
  let to: Database | undefined;
  try {
    createNew(fresh).close();
    from = openCopy(file, copy, fresh);
    to = createNew(fresh);
    const copied = copyTables(from, to);
    if (copied === undefined) return undefined;
    // Its journal ends with its last connection.
    to.close();
    return { setAside: replace(file, fresh, dataDir), ...copied };
  } finally {
    closeQuietly(from);
    closeQuietly(to);
    removeDatabases(fresh, copy);
  }
}

/** With its schema put right: that is the same in every catalog of a version. */
function openCopy(file: string, copy: string, fresh: string): Database {
  for (const rest of ['', '-wal']) {
    if (existsSync(file + rest)) copyFileSync(file + rest, copy + rest);
  }
  if (!isSchemaSound(copy)) putFirstPage(copy, readFileSync(fresh));
  takeJournalIn(copy);
  mendRoots(copy);
  const db = openSqlite(copy);
  defineRowCrc(db);
  return db;
}

/** From here on the copy is one file. */
function takeJournalIn(file: string): void {
  const db = openSqlite(file);
  try {
    db.pragma('journal_mode = DELETE');
  } finally {
    closeQuietly(db);
  }
}

function isSchemaSound(file: string): boolean {
  let db: Database | undefined;
  try {
    db = openSqlite(file);
    return schemaDamage(db) === null;
  } catch {
    // Whatever it is: it is not as it should be.
    return false;
  } finally {
    closeQuietly(db);
  }
}

/** The first page holds the head of the file and the schema. https://www.sqlite.org/fileformat2.html#the_database_header */
function putFirstPage(file: string, fresh: Buffer): void {
  const pageBytes = fresh.readUInt16BE(16);
  const page = Buffer.from(fresh.subarray(0, pageBytes));
  page.writeUInt32BE(Math.floor(statSync(file).size / pageBytes), 28);
  // No free pages: nothing is written to it any more.
  page.fill(0, 32, 40);
  const handle = openSync(file, 'r+');
  writeSync(handle, page, 0, pageBytes, 0);
  closeSync(handle);
}

function copyTables(from: Database, to: Database): Omit<Salvage, 'setAside'> | undefined {
  const damagedTables: string[] = [];
  let rows = 0;
  for (const table of sealedTables(to)) {
    const copied = to.transaction(() => copyTable(from, to, table)).immediate();
    if (copied === undefined) return undefined;
    if (!copied.isWhole) damagedTables.push(table.name);
    rows += copied.rows;
  }
  return { rows, damagedTables };
}

interface Copied {
  readonly rows: number;
  readonly isWhole: boolean;
}

function copyTable(from: Database, to: Database, table: SealedTable): Copied | undefined {
  const marks = table.columns.map(() => '?').join(', ');
  const insert = to.prepare(
    `INSERT OR IGNORE INTO ${table.name} (${table.columns.join(', ')}) VALUES (${marks})`,
  );
  let rows = 0;
  let isWhole = true;
  const scan = (direction: 'ASC' | 'DESC'): boolean =>
    scanTable(from, table, direction, (values, isSound) => {
      isWhole &&= isSound;
      if (isSound) rows += insert.run(...values).changes;
    });
  if (scan('ASC')) return { rows, isWhole };
  // Something in the middle cannot be read: what lies behind it is reached from the end.
  scan('DESC');
  return rows === 0 ? undefined : { rows, isWhole: false };
}

type Take = (values: readonly unknown[], isSound: boolean) => void;

/** False when it came upon something that cannot be read. */
function scanTable(from: Database, table: SealedTable, direction: 'ASC' | 'DESC', take: Take): boolean {
  const order = table.key.map((column) => `${column} ${direction}`).join(', ');
  try {
    const select = from
      .prepare<[], unknown[]>(
        `SELECT crc IS ${rowCrcSql(table)}, ${table.columns.join(', ')} FROM ${table.name} NOT INDEXED ORDER BY ${order}`,
      )
      .raw();
    for (const [isSound, ...values] of select.iterate()) take(values, isSound === 1);
    return true;
  } catch (error) {
    if (/^SQLITE_(CORRUPT|IOERR|ERROR)/.test(errorCode(error) ?? '')) return false;
    throw error;
  }
}

function replace(file: string, fresh: string, dataDir: string): string {
  const folder = join(dataDir, 'set-aside');
  makeFolder(folder);
  let target = join(folder, basename(file));
  for (let number = 2; existsSync(target); number += 1) target = join(folder, `${basename(file)}.${number}`);
  renameSync(file, target);
  for (const rest of ['-wal', '-shm']) {
    if (existsSync(file + rest)) renameSync(file + rest, target + rest);
  }
  renameSync(fresh, file);
  return target;
}

function removeDatabases(...files: readonly string[]): void {
  for (const file of files) {
    for (const rest of ['', '-wal', '-shm']) rmSync(file + rest, { force: true });
  }
}
