// Every row of the catalog carries a CRC-32 over its columns, so that a bit that flipped on the disk shows.
// In: an open catalog. Out: a connection that fills in the column `crc` by itself with each row that it writes; and which
// rows do not match theirs.
//
// Invariants: what writes to the catalog does so through a connection that was sealed here. Readers need nothing.
import { crc32 } from 'node:zlib';
import type { Database } from '../sqlite.ts';

export interface SealedTable {
  readonly name: string;
  /** All but `crc`. */
  readonly columns: readonly string[];
  /** Columns by which a row is found. */
  readonly key: readonly string[];
}

export function sealedTables(db: Database): readonly SealedTable[] {
  const names = db
    .prepare<[], { name: string; isKeyed: number }>(
      "SELECT name, wr AS isKeyed FROM pragma_table_list WHERE schema = 'main' AND type = 'table'",
    )
    .all();
  return names.flatMap(({ name, isKeyed }) => {
    const columns = db
      .prepare<[string], { name: string; pk: number }>('SELECT name, pk FROM pragma_table_info(?)')
      .all(name);
    if (!columns.some((column) => column.name === 'crc')) return [];
    const key = isKeyed === 0 ? ['rowid'] : columns.filter(({ pk }) => pk > 0).map((column) => column.name);
    return [
      { name, columns: columns.map((column) => column.name).filter((column) => column !== 'crc'), key },
    ];
  });
}

/** Lets SQL of this connection say `row_crc(column, …)`. */
export function defineRowCrc(db: Database): void {
  db.function('row_crc', { deterministic: true, directOnly: true, varargs: true }, (...values: unknown[]) =>
    values.reduce((crc: number, value) => crcOf(value, crc), 0),
  );
}

function crcOf(value: unknown, crc: number): number {
  if (value instanceof Uint8Array) return crc32(value, crc32(`blob${value.length} `, crc));
  return crc32(typeof value === 'string' ? `text${value.length} ${value}` : String(value), crc);
}

/** From here on the connection writes the checksums. The triggers are its own and not part of the file. */
export function sealRows(db: Database): void {
  for (const table of sealedTables(db)) {
    const { name, columns, key } = table;
    const seal = `UPDATE ${name} SET crc = ${rowCrcSql(table)}
      WHERE ${key.map((column) => `${column} = NEW.${column}`).join(' AND ')};`;
    db.exec(`
      CREATE TEMP TRIGGER seal_new_${name} AFTER INSERT ON main.${name} BEGIN ${seal} END;
      CREATE TEMP TRIGGER seal_changed_${name} AFTER UPDATE OF ${columns.join(', ')} ON main.${name} BEGIN ${seal} END;
    `);
  }
}

/** SQL for the checksum that a row should have. */
export function rowCrcSql({ columns }: SealedTable): string {
  return `row_crc(${columns.join(', ')})`;
}

/** True when some row of the table does not match its checksum. Throws as SQLite does when it cannot be read. */
export function hasDamagedRow(db: Database, table: SealedTable): boolean {
  const sql = `SELECT 1 FROM ${table.name} NOT INDEXED WHERE crc IS NOT ${rowCrcSql(table)} LIMIT 1`;
  return db.prepare(sql).get() !== undefined;
}
