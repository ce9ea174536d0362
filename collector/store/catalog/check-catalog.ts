// In: an open catalog with `row_crc`. Out: the first thing that is damaged in it, in words; null when it is whole.
// It throws what SQLite throws for a file that it cannot read at all.
import { errorCode } from '../../../shared/errors.ts';
import type { Database } from '../sqlite.ts';
import { hasDamagedRow, sealedTables } from './row-checksums.ts';
import { schemaDamage } from './schema.ts';

/** `only`: the names of the tables to look at; all when it is left out. */
export function catalogDamage(db: Database, only?: readonly string[]): string | null {
  const schema = schemaDamage(db);
  if (schema !== null) return schema;
  const tables = sealedTables(db).filter(({ name }) => only?.includes(name) ?? true);
  const targets = only === undefined ? ['1'] : tables.map(({ name }) => name);
  for (const target of targets) {
    const verdict = String(db.pragma(`integrity_check(${target})`, { simple: true }));
    if (verdict !== 'ok') return verdict.slice(0, 200);
  }
  const index = unreadableIndex(db);
  if (index !== null) return `the index ${index} cannot be read`;
  for (const table of tables) {
    if (isDamaged(db, table)) return `rows of the table ${table.name} do not match their checksums`;
  }
  return null;
}

/** SQLite's own check passes over what stands at the beginning of an index of an empty table. */
function unreadableIndex(db: Database): string | null {
  const indexes = db
    .prepare<[], { name: string; table: string; columns: string }>(
      `SELECT s.name, s.tbl_name AS "table", (SELECT group_concat(i.name, ', ') FROM pragma_index_info(s.name) i) AS columns
       FROM sqlite_schema s WHERE s.type = 'index' AND (s.sql IS NULL OR s.sql NOT LIKE '% WHERE %')`,
    )
    .all();
  const isReadable = ({
    name,
    table,
    columns,
  }: {
    name: string;
    table: string;
    columns: string;
  }): boolean => {
    try {
      db.prepare(`SELECT 1 FROM ${table} INDEXED BY ${name} ORDER BY ${columns} LIMIT 1`).get();
      return true;
    } catch (error) {
      if (errorCode(error)?.startsWith('SQLITE_CORRUPT') === true) return false;
      throw error;
    }
  };
  return indexes.find((one) => !isReadable(one))?.name ?? null;
}

function isDamaged(db: Database, table: Parameters<typeof hasDamagedRow>[1]): boolean {
  try {
    return hasDamagedRow(db, table);
  } catch (error) {
    if (errorCode(error)?.startsWith('SQLITE_CORRUPT') === true) return true;
    throw error;
  }
}
