// In: an open database of the catalog. Out: its tables. The same on a connection that only reads: what writes fails there.
import type { Database } from '../sqlite.ts';
import { createAuditTable } from './audit.ts';
import { createCommandTable } from './commands.ts';
import { createContinuousTable } from './continuous-profiles.ts';
import { createGapTable } from './gaps.ts';
import { createIdentityTable } from './identities.ts';
import { createNodeTable } from './nodes.ts';
import { createPositionTable } from './positions.ts';
import { createProfileTable } from './profiles.ts';
import { createQuarantineTable } from './quarantine.ts';

export type Catalog = ReturnType<typeof createCatalog>;

export function createCatalog(db: Database) {
  return {
    nodes: createNodeTable(db),
    positions: createPositionTable(db),
    gaps: createGapTable(db),
    flushed: createFlushedMark(db),
    retention: createRetentionMark(db),
    quarantine: createQuarantineTable(db),
    profiles: createProfileTable(db),
    continuous: createContinuousTable(db),
    commands: createCommandTable(db),
    audit: createAuditTable(db),
    identities: createIdentityTable(db),
  };
}

/** How far the time by which data ages has come, ms. */
function createRetentionMark(db: Database) {
  const select = db.prepare<[], number>('SELECT reached_ms FROM retention').pluck();
  const upsert = db.prepare(
    'INSERT INTO retention (one, reached_ms) VALUES (1, ?) ON CONFLICT DO UPDATE SET reached_ms = excluded.reached_ms',
  );
  return {
    reachedMs: (): number | undefined => select.get(),
    put(reachedMs: number): void {
      upsert.run(Math.trunc(reachedMs));
    },
  };
}

/** Which segment of the log was flushed last; 0 when none was. */
function createFlushedMark(db: Database) {
  const select = db.prepare<[], number>('SELECT segment FROM flushed').pluck();
  const upsert = db.prepare(
    'INSERT INTO flushed (one, segment) VALUES (1, ?) ON CONFLICT DO UPDATE SET segment = excluded.segment',
  );
  return {
    last: (): number => select.get() ?? 0,
    put(segment: number): void {
      upsert.run(segment);
    },
  };
}
