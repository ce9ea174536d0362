// Who may come in: nodes, people and what they prove it with, by kind and id. What a body means, whoever keeps it knows.

import type { Database } from '../sqlite.ts';
import type { IdentityRecord } from '../store.ts';

export function createIdentityTable(db: Database) {
  const upsert = db.prepare(`
    INSERT INTO identity (kind, id, body) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET body = excluded.body`);
  const remove = db.prepare('DELETE FROM identity WHERE kind = ? AND id = ?');
  const select = db.prepare<[string], { id: string; body: string }>(
    'SELECT id, body FROM identity WHERE kind = ? ORDER BY id',
  );
  return {
    put(records: readonly IdentityRecord[]): void {
      for (const { kind, id, body } of records) {
        if (body === null) remove.run(kind, id);
        else upsert.run(kind, id, JSON.stringify(body));
      }
    },
    list: (kind: string): readonly IdentityRecord[] =>
      select.all(kind).map(({ id, body }) => ({ kind, id, body: JSON.parse(body) as object })),
  };
}
