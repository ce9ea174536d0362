// In: an open database. Out: the same with the newest schema of the catalog. DESIGN.md beside the store draws the tables.
// It refuses (StartError) a database that a newer program wrote and one that is not ours.
import { StartError } from '../../../shared/errors.ts';
import { type Database, openInMemory } from '../sqlite.ts';

/** 'jidi' in ASCII; marks the file as ours. */
const applicationId = 0x6a696469;

/**
 * Each entry brings the schema one version further. Entries are never edited once released, only added. Every table has
 * a column `crc` at its end: see row-checksums.ts.
 */
const migrations: readonly string[] = [
  `
  CREATE TABLE node (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    boot_id TEXT NOT NULL,
    agent_version TEXT NOT NULL,
    interval_ms INTEGER NOT NULL,
    first_seen_ms INTEGER NOT NULL,
    last_seen_ms INTEGER NOT NULL,
    inventory TEXT,
    crc INTEGER
  ) STRICT;
  CREATE TABLE position (
    node_id INTEGER NOT NULL,
    spool_id TEXT NOT NULL,
    class TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    beyond TEXT,
    last_time_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    crc INTEGER,
    PRIMARY KEY (node_id, spool_id, class)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE gap (
    id INTEGER PRIMARY KEY,
    node_id INTEGER NOT NULL,
    class TEXT NOT NULL,
    from_ms INTEGER NOT NULL,
    to_ms INTEGER NOT NULL,
    count INTEGER NOT NULL,
    reason TEXT NOT NULL,
    from_sequence INTEGER,
    to_sequence INTEGER,
    crc INTEGER
  ) STRICT;
  CREATE INDEX gap_node ON gap (node_id, to_ms);
  CREATE INDEX gap_time ON gap (to_ms);
  CREATE TABLE flushed (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    segment INTEGER NOT NULL,
    crc INTEGER
  ) STRICT;
  CREATE TABLE quarantine (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    node TEXT NOT NULL,
    class TEXT NOT NULL,
    time_ms INTEGER NOT NULL,
    reason TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    body BLOB NOT NULL,
    crc INTEGER
  ) STRICT;

  CREATE TABLE profile (
    id TEXT PRIMARY KEY,
    node TEXT,
    parent_id TEXT,
    created_ms INTEGER NOT NULL,
    body TEXT NOT NULL,
    crc INTEGER
  ) STRICT;
  CREATE INDEX profile_created ON profile (created_ms);
  CREATE INDEX profile_parent ON profile (parent_id);
  CREATE TABLE stack_chunk (
    profile_id TEXT NOT NULL,
    chunk INTEGER NOT NULL,
    frames_end INTEGER NOT NULL,
    nodes_end INTEGER NOT NULL,
    threads_end INTEGER NOT NULL,
    body BLOB NOT NULL,
    crc INTEGER,
    UNIQUE (profile_id, chunk)
  ) STRICT;

  CREATE TABLE command (
    id TEXT PRIMARY KEY,
    issued_ms INTEGER NOT NULL,
    output_bytes INTEGER NOT NULL DEFAULT 0,
    body TEXT NOT NULL,
    crc INTEGER
  ) STRICT;
  CREATE INDEX command_issued ON command (issued_ms);
  CREATE TABLE target (
    id INTEGER PRIMARY KEY,
    command_id TEXT NOT NULL,
    node TEXT NOT NULL,
    state TEXT NOT NULL,
    started_ms INTEGER,
    ended_ms INTEGER,
    exit_code INTEGER,
    truncated INTEGER NOT NULL,
    reason TEXT,
    output TEXT NOT NULL,
    crc INTEGER,
    UNIQUE (command_id, node)
  ) STRICT;
  CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    time_ms INTEGER NOT NULL,
    event TEXT NOT NULL,
    actor TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    crc INTEGER
  ) STRICT;
  CREATE INDEX audit_time ON audit (time_ms);
  CREATE TRIGGER audit_no_update BEFORE UPDATE OF id, time_ms, event, actor, subject, detail ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
  CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
  `,
  `
  CREATE TABLE retention (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    reached_ms INTEGER NOT NULL,
    crc INTEGER
  ) STRICT;
  `,
  `
  CREATE TABLE continuous_profile (
    id TEXT PRIMARY KEY,
    created_ms INTEGER NOT NULL,
    ended_ms INTEGER,
    body TEXT NOT NULL,
    crc INTEGER
  ) STRICT;
  DROP INDEX profile_parent;
  CREATE INDEX profile_parent ON profile (parent_id, created_ms);
  `,
  `
  -- Rows have checksums over all their columns: what waits to be moved at this moment is left out.
  DELETE FROM stack_chunk;
  ALTER TABLE stack_chunk ADD COLUMN size_end INTEGER NOT NULL DEFAULT 0;
  `,
  `
  CREATE TABLE identity (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    body TEXT NOT NULL,
    crc INTEGER,
    PRIMARY KEY (kind, id)
  ) STRICT, WITHOUT ROWID;
  `,
];

export function schemaVersion(db: Database): number {
  return Number(db.pragma('user_version', { simple: true }));
}

/** Throws StartError for a file of a newer version or of another program. */
export function checkOwner(db: Database, file: string): void {
  const version = schemaVersion(db);
  const owner = Number(db.pragma('application_id', { simple: true }));
  if (owner !== applicationId && (version !== 0 || hasTables(db))) {
    throw new StartError(`store ${file}: it belongs to another program`, 'Name another data folder.');
  }
  if (version > migrations.length) {
    throw new StartError(
      `store ${file}: its format ${version} is newer than ${migrations.length}, the newest that this program knows`,
      'Start the version of the collector that wrote it, or name another data folder.',
    );
  }
}

/** Brings the schema to the newest version; every step is one transaction. */
export function migrate(db: Database): void {
  const version = schemaVersion(db);
  for (const [index, sql] of migrations.entries()) {
    if (index < version) continue;
    db.transaction(() => {
      db.exec(sql);
      db.pragma(`application_id = ${applicationId}`);
      db.pragma(`user_version = ${index + 1}`);
    }).immediate();
  }
}

/** What is not as the migrations left it, in words; null when all is. */
export function schemaDamage(db: Database): string | null {
  const version = schemaVersion(db);
  if (version === 0) return hasTables(db) ? 'it has tables, but no version' : null;
  const expected = openInMemory();
  try {
    for (const sql of migrations.slice(0, version)) expected.exec(sql);
    return schemaText(db) === schemaText(expected) ? null : 'its schema is not as it was made';
  } finally {
    expected.close();
  }
}

function schemaText(db: Database): string {
  return JSON.stringify(
    db.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name').all(),
  );
}

function hasTables(db: Database): boolean {
  return db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() !== undefined;
}
