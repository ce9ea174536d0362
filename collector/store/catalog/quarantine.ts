// In: what nodes sent and nobody could believe. Out: the newest of it, for whoever wants to know why. It is bounded in
// number and in bytes; the count goes on.
import type { Database } from '../sqlite.ts';
import type { Quarantined } from '../store.ts';

const maxItems = 1000;
/** The beginning of a body is enough to see what it is. */
const maxBodyBytes = 64 * 1024;

export interface QuarantinedRow extends Quarantined {
  /** Of the whole body. */
  readonly sizeBytes: number;
}

export function createQuarantineTable(db: Database) {
  const insert = db.prepare(
    'INSERT INTO quarantine (node, class, time_ms, reason, size_bytes, body) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const prune = db.prepare(
    `DELETE FROM quarantine WHERE id <= (SELECT max(id) FROM quarantine) - ${maxItems}`,
  );
  const select = db.prepare<[number], Omit<QuarantinedRow, 'body'> & { body: Buffer }>(`
    SELECT node, class AS dataClass, time_ms AS timeMs, reason, size_bytes AS sizeBytes, body
    FROM quarantine ORDER BY id DESC LIMIT ?`);
  const selectTotal = db
    .prepare<[], number>("SELECT seq FROM sqlite_sequence WHERE name = 'quarantine'")
    .pluck();
  return {
    add({ node, dataClass, timeMs, reason, body }: Quarantined): void {
      const kept = body.subarray(0, maxBodyBytes);
      insert.run(node, dataClass, Math.trunc(timeMs), reason, body.length, kept);
      prune.run();
    },
    /** Newest first. */
    list: (limit: number): readonly QuarantinedRow[] =>
      select.all(limit).map((row) => ({ ...row, body: Uint8Array.from(row.body) })),
    /** Everything that was ever put here. */
    total: (): number => selectTotal.get() ?? 0,
  };
}
