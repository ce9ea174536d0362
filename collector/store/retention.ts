// In: a moment. Out: rows older than the moment are gone, slice by slice: each slice is one bounded transaction, and
// other writers come between.
// It keeps: nodes and their inventory, positions, the audit log, and dictionary rows that may still be meant.
// The file does not shrink; freed pages are used again.

import type { WriteQueue } from './catalog/write-queue.ts';
import type { Database } from './database.ts';
import { layoutMarkMs } from './layouts.ts';
import { processMarkMs } from './processes.ts';
import { keySql } from './row-key.ts';
import type { Tables } from './tables.ts';
import { waitChannelMarkMs } from './wait-channels.ts';

const rowsPerStatement = 500;
const rowsPerSlice = 2000;

/** Deletes what is older than `beforeMs`; resolves with the number of rows. */
export async function deleteOlder(
  db: Database,
  { queue, tables, beforeMs }: { queue: WriteQueue; tables: Tables; beforeMs: number },
): Promise<number> {
  const steps = deletions(db, tables, Math.floor(beforeMs));
  let total = 0;
  let isDone = false;
  while (!isDone) {
    const slice = await queue.write(() => runSlice(steps));
    total += slice.rows;
    isDone = slice.isDone;
  }
  return total;
}

function runSlice(steps: Generator<number, void>): { rows: number; isDone: boolean } {
  let rows = 0;
  while (rows < rowsPerSlice) {
    const step = steps.next();
    if (step.done === true) return { rows, isDone: true };
    rows += step.value;
  }
  return { rows, isDone: false };
}

/** Each step runs one bounded statement and says how many rows it deleted. */
function* deletions(db: Database, tables: Tables, beforeMs: number): Generator<number, void> {
  for (const { id } of tables.nodes.ids()) {
    yield* repeat(db, deleteKeys('tick'), [id, 0, id, beforeMs]);
    yield* repeat(db, deleteKeys('snapshot'), [id, 0, id, beforeMs]);
    yield* repeat(db, deleteRows('gap', 'node_id = ? AND to_ms < ?'), [id, beforeMs]);
  }
  yield* repeat(db, deleteRows('process', 'last_ms < ?'), [beforeMs - processMarkMs]);
  yield* repeat(db, deleteRows('wait_channel', 'last_ms < ?'), [beforeMs - waitChannelMarkMs]);
  yield* repeat(db, deleteRows('layout', 'last_ms < ?'), [beforeMs - layoutMarkMs]);
  for (const { id } of tables.nodes.ids()) yield deleteUnusedSeries(db, id);
  tables.forget();
  yield* deleteEach(db, 'SELECT id FROM profile WHERE created_ms < ?', beforeMs, (id) =>
    tables.profiles.delete(id) ? 1 : 0,
  );
  yield* deleteEach(db, 'SELECT id FROM command WHERE issued_ms < ?', beforeMs, (id) =>
    tables.commands.delete(id),
  );
}

function deleteKeys(table: 'tick' | 'snapshot'): string {
  return `DELETE FROM ${table} WHERE key IN (
    SELECT key FROM ${table} WHERE key >= ${keySql} AND key < ${keySql} LIMIT ${rowsPerStatement})`;
}

function deleteRows(table: 'gap' | 'process' | 'wait_channel' | 'layout', condition: string): string {
  return `DELETE FROM ${table} WHERE id IN (SELECT id FROM ${table} WHERE ${condition} LIMIT ${rowsPerStatement})`;
}

function* repeat(db: Database, sql: string, parameters: readonly number[]): Generator<number, void> {
  const statement = db.prepare<number[]>(sql);
  let changes = rowsPerStatement;
  while (changes === rowsPerStatement) {
    changes = statement.run(...parameters).changes;
    yield changes;
  }
}

function* deleteEach(
  db: Database,
  sql: string,
  beforeMs: number,
  remove: (id: string) => number,
): Generator<number, void> {
  for (const id of db.prepare<[number], string>(sql).pluck().all(beforeMs)) yield remove(id);
}

/** Series of a node that no layout names any more. */
function deleteUnusedSeries(db: Database, nodeId: number): number {
  const layouts = db
    .prepare<[number], Buffer>('SELECT series FROM layout WHERE node_id = ?')
    .pluck()
    .all(nodeId);
  const used = new Set<number>();
  for (const packed of layouts) {
    for (let at = 0; at + 4 <= packed.length; at += 4) used.add(packed.readUInt32LE(at));
  }
  const remove = db.prepare<[number]>('DELETE FROM series WHERE id = ?');
  const ids = db.prepare<[number], number>('SELECT id FROM series WHERE node_id = ?').pluck().all(nodeId);
  let rows = 0;
  for (const id of ids) if (!used.has(id)) rows += remove.run(id).changes;
  return rows;
}
