// In: a copy of a damaged catalog, in one file without a journal. Out: the same, where tables of which not one row could be
// reached can be read again, if a single flipped bit at the beginning of their first page was all.
// It changes nothing but that bit, and takes only what makes every row match its checksum.
// Format: https://www.sqlite.org/fileformat2.html#b_tree_pages
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { closeQuietly, type Database, openSqlite } from '../sqlite.ts';
import { defineRowCrc, hasDamagedRow, type SealedTable, sealedTables } from './row-checksums.ts';

/** The head of a page, and where its first cells are: what stands further behind costs single rows. */
const headBytes = 76;
/** Of a table with row ids, and of one without. */
const leafTypes: ReadonlySet<number> = new Set([0x0d, 0x0a]);

/** Returns the names of the tables that are no more than that page. */
export function mendRoots(file: string): ReadonlySet<string> {
  const roots = rootsOf(file);
  for (const { table, place, isReachable } of roots) if (!isReachable) mendOne(file, table, place);
  const small = roots.filter(({ place }) => leafTypes.has(byteAt(file, place)));
  return new Set(small.map(({ table }) => table.name));
}

interface Root {
  readonly table: SealedTable;
  readonly isReachable: boolean;
  /** Of its first page in the file. */
  readonly place: number;
}

function rootsOf(file: string): readonly Root[] {
  const db = openSqlite(file);
  try {
    defineRowCrc(db);
    const pageBytes = Number(db.pragma('page_size', { simple: true }));
    const rootOf = db
      .prepare<[string], number>("SELECT rootpage FROM sqlite_schema WHERE type = 'table' AND name = ?")
      .pluck();
    return sealedTables(db).map((table) => ({
      table,
      isReachable: isReachable(db, table),
      place: ((rootOf.get(table.name) ?? 1) - 1) * pageBytes,
    }));
  } finally {
    closeQuietly(db);
  }
}

function byteAt(file: string, place: number): number {
  const handle = openSync(file, 'r');
  try {
    const byte = Buffer.alloc(1);
    readSync(handle, byte, 0, 1, place);
    return byte.readUInt8(0);
  } finally {
    closeSync(handle);
  }
}

function mendOne(file: string, table: SealedTable, place: number): void {
  const handle = openSync(file, 'r+');
  try {
    const head = Buffer.alloc(headBytes);
    readSync(handle, head, 0, headBytes, place);
    for (let bit = 0; bit < headBytes * 8; bit += 1) {
      const tried = Buffer.from(head);
      tried[bit >> 3] = (tried[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      writeSync(handle, tried, 0, headBytes, place);
      if (isSound(file, table)) return;
    }
    writeSync(handle, head, 0, headBytes, place);
  } finally {
    closeSync(handle);
  }
}

function isSound(file: string, table: SealedTable): boolean {
  const db = openSqlite(file);
  try {
    defineRowCrc(db);
    const verdict = String(db.pragma(`integrity_check(${table.name})`, { simple: true }));
    return verdict === 'ok' && !hasDamagedRow(db, table);
  } catch {
    // Not that bit.
    return false;
  } finally {
    closeQuietly(db);
  }
}

/** From either end. */
function isReachable(db: Database, { name, key }: SealedTable): boolean {
  for (const direction of ['ASC', 'DESC']) {
    const order = key.map((column) => `${column} ${direction}`).join(', ');
    try {
      db.prepare(`SELECT 1 FROM ${name} NOT INDEXED ORDER BY ${order} LIMIT 1`).get();
      return true;
    } catch {
      // Perhaps from the other end.
    }
  }
  return false;
}
