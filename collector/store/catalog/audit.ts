// In: what somebody did. Out: the audit log, newest first. Records are only ever added; the schema itself refuses to
// change or delete them.
import type { AuditRecord } from '../../../shared/model/command.ts';
import type { Database } from '../sqlite.ts';

export type AuditTable = ReturnType<typeof createAuditTable>;

export function createAuditTable(db: Database) {
  const insert = db.prepare(
    'INSERT INTO audit (time_ms, event, actor, subject, detail) VALUES (?, ?, ?, ?, ?)',
  );
  const select = db.prepare<[number, number], Omit<AuditRecord, 'detail'> & { detail: string }>(`
    SELECT time_ms AS timeMs, event, actor, subject, detail FROM audit
    WHERE time_ms < ? ORDER BY time_ms DESC, id DESC LIMIT ?`);
  return {
    append({ timeMs, event, actor, subject, detail }: AuditRecord): void {
      insert.run(timeMs, event, actor, subject, JSON.stringify(detail));
    },
    list: (filter: { beforeMs?: number; limit: number }): readonly AuditRecord[] =>
      select.all(filter.beforeMs ?? Number.MAX_SAFE_INTEGER, filter.limit).map(({ detail, ...record }) => ({
        ...record,
        detail: JSON.parse(detail) as Record<string, unknown>,
      })),
  };
}
