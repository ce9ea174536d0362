// In: moments. Out: gaps, profiles and commands older than theirs are gone, and nodes that were not heard since, with all that is
// known of them; in bounded transactions between which others write. It keeps the audit log. The file does not shrink; freed pages are used again.
import type { Database } from '../sqlite.ts';
import type { YieldTurn } from '../turns.ts';
import type { Catalog } from './catalog.ts';
import type { Write } from './flushed-records.ts';

const gapsPerSlice = 1000;
/** One may have many targets or much output. */
const recordsPerSlice = 20;

export interface RecordRetention {
  readonly catalog: Catalog;
  readonly catalogDb: Database;
  readonly write: Write;
}

export interface RecordTimes {
  /** Of gaps and commands: what is older goes. */
  readonly beforeMs: number;
  /** Of profiles. Their stacks go with the file of their month. */
  readonly profilesBeforeMs: number;
  /** Of the windows of continuous profiles, and of these themselves once they are over. */
  readonly windowsBeforeMs: number;
  /** Of nodes that were heard last before it nothing is kept any more. */
  readonly nodesBeforeMs: number;
}

/** Resolves with the number of rows. */
export async function deleteOldRecords(
  { catalog, catalogDb, write }: RecordRetention,
  { beforeMs, profilesBeforeMs, windowsBeforeMs, nodesBeforeMs }: RecordTimes,
  yieldTurn: YieldTurn,
): Promise<number> {
  const before = Math.floor(beforeMs);
  const windowsBefore = Math.floor(windowsBeforeMs);
  const profilesOf = (which: string, profilesBefore: number) =>
    recordSlice(
      catalogDb,
      `SELECT id FROM profile WHERE created_ms < ? AND ${which} LIMIT ?`,
      Math.floor(profilesBefore),
      (id) => catalog.profiles.delete(id),
    );
  const oldGaps = catalogDb.prepare<[number, number]>(
    'DELETE FROM gap WHERE id IN (SELECT id FROM gap WHERE to_ms < ? LIMIT ?)',
  );
  const slices = [
    { size: gapsPerSlice, run: () => oldGaps.run(before, gapsPerSlice).changes },
    profilesOf('(node IS NOT NULL OR parent_id IS NULL)', profilesBeforeMs),
    profilesOf('node IS NULL AND parent_id IS NOT NULL', windowsBeforeMs),
    recordSlice(
      catalogDb,
      'SELECT id FROM continuous_profile WHERE ended_ms < ? LIMIT ?',
      windowsBefore,
      (id) => catalog.continuous.delete(id),
    ),
    recordSlice(catalogDb, 'SELECT id FROM command WHERE issued_ms < ? LIMIT ?', before, (id) =>
      catalog.commands.delete(id),
    ),
    recordSlice(
      catalogDb,
      'SELECT id FROM node WHERE last_seen_ms < ? LIMIT ?',
      Math.floor(nodesBeforeMs),
      (id) => catalog.nodes.forget(Number(id)),
    ),
  ];
  let total = 0;
  for (const { size, run } of slices) {
    let deleted = size;
    while (deleted === size) {
      deleted = await write(run);
      total += deleted;
      await yieldTurn();
    }
  }
  return total;
}

function recordSlice(db: Database, sql: string, before: number, remove: (id: string) => unknown) {
  const select = db.prepare<[number, number], string>(sql).pluck();
  const run = (): number => {
    const ids = select.all(before, recordsPerSlice);
    for (const id of ids) remove(id);
    return ids.length;
  };
  return { size: recordsPerSlice, run };
}
