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
  for (const table of tables) {
    if (isDamaged(db, table)) return `rows of the table ${table.name} do not match their checksums`;
  }
  return null;
}

function isDamaged(db: Database, table: Parameters<typeof hasDamagedRow>[1]): boolean {
  try {
    return hasDamagedRow(db, table);
  } catch (error) {
    if (errorCode(error)?.startsWith('SQLITE_CORRUPT') === true) return true;
    throw error;
  }
}
