// In: a catalog that is damaged. Out: a new one in its place with every row that still matches its checksum; the damaged one
// is set aside, unchanged.
// It gives up, and changes nothing, when a table of many pages cannot be read at all: then a backup is the better way.
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
    const small = mendCopy(file, copy, fresh);
    from = openSqlite(copy);
    defineRowCrc(from);
    to = createNew(fresh);
    const copied = copyTables(from, to, small);
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

/**
 * With its schema put right: that is the same in every catalog of a version. Returns the names of tables that are a page
 * each: of such a one nothing need be left.
 */
function mendCopy(file: string, copy: string, fresh: string): ReadonlySet<string> {
  for (const rest of ['', '-wal']) {
    if (existsSync(file + rest)) copyFileSync(file + rest, copy + rest);
  }
  if (!isSchemaSound(copy)) putFirstPage(copy, readFileSync(fresh));
  takeJournalIn(copy);
  return mendRoots(copy);
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

function copyTables(
  from: Database,
  to: Database,
  small: ReadonlySet<string>,
): Omit<Salvage, 'setAside'> | undefined {
  const damagedTables: string[] = [];
  let rows = 0;
  for (const table of sealedTables(to)) {
    const copied = to.transaction(() => copyTable(from, to, table)).immediate();
    if (copied.rows === 0 && !copied.isWhole && !small.has(table.name)) return undefined;
    if (!copied.isWhole) damagedTables.push(table.name);
    rows += copied.rows;
  }
  return { rows, damagedTables };
}

interface Copied {
  readonly rows: number;
  readonly isWhole: boolean;
}

function copyTable(from: Database, to: Database, table: SealedTable): Copied {
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
  return { rows, isWhole: false };
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
