// In: a catalog that is damaged. Out: a new one in its place with every row that still matches its checksum; the damaged one
// is set aside, unchanged but for what its journal held.
// It gives up, and changes nothing, when the beginning of a table cannot be read: then a backup is the better way.
import { existsSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { errorCode } from '../../../shared/errors.ts';
import { makeFolder } from '../../../shared/folders.ts';
import { closeQuietly, type Database, openSqlite } from '../sqlite.ts';
import { defineRowCrc, rowCrcSql, type SealedTable, sealedTables } from './row-checksums.ts';

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
  removeDatabase(fresh);
  let from: Database | undefined;
  let to: Database | undefined;
  try {
    from = openSqlite(file);
    defineRowCrc(from);
    to = createNew(fresh);
    const copied = copyTables(from, to);
    if (copied === undefined) return undefined;
    // Both journals end with their last connection.
    from.close();
    to.close();
    const setAside = replace(file, fresh, dataDir);
    return { setAside, ...copied };
  } finally {
    closeQuietly(from);
    closeQuietly(to);
    removeDatabase(fresh);
  }
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

function removeDatabase(file: string): void {
  for (const rest of ['', '-wal', '-shm']) rmSync(file + rest, { force: true });
}
