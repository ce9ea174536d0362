// In: what nodes say of themselves and when they were heard. Out: node records and the small numbers under which
// the other tables know a node. It refuses a new node when there are as many as may be.
import type { Inventory, NodeIdentity, NodeRole } from '../../../shared/model/node.ts';
import type { Database } from '../sqlite.ts';
import type { NodeRecord } from '../store.ts';

export type NodeTable = ReturnType<typeof createNodeTable>;

/** For a node whose data came before its identity. */
const unknownIdentity = { role: 'compute', bootId: '', agentVersion: '', intervalMs: 5000 } as const;

/** SQL for the newest sign of life. A far later one is of a clock that ran ahead and was set right meanwhile. */
const newestSeenSql = 'iif(last_seen_ms > :seenMs + 60000, :seenMs, max(last_seen_ms, :seenMs))';

interface NodeRow {
  name: string;
  role: NodeRole;
  bootId: string;
  agentVersion: string;
  intervalMs: number;
  firstSeenMs: number;
  lastSeenMs: number;
}

export function createNodeTable(db: Database) {
  const selectId = db.prepare<[string], number>('SELECT id FROM node WHERE name = ?').pluck();
  const selectAll = db.prepare<[], NodeRow>(`
    SELECT name, role, boot_id AS bootId, agent_version AS agentVersion, interval_ms AS intervalMs,
      first_seen_ms AS firstSeenMs, last_seen_ms AS lastSeenMs
    FROM node ORDER BY name`);
  const selectNames = db.prepare<[], { id: number; name: string }>('SELECT id, name FROM node');
  const selectLast = db.prepare<[], number>('SELECT max(id) FROM node').pluck();
  const selectCount = db.prepare<[], number>('SELECT count(*) FROM node').pluck();
  const upsert = db.prepare(`
    INSERT INTO node (name, role, boot_id, agent_version, interval_ms, first_seen_ms, last_seen_ms)
    VALUES (:name, :role, :bootId, :agentVersion, :intervalMs, :seenMs, :seenMs)
    ON CONFLICT (name) DO UPDATE SET role = :role, boot_id = :bootId, agent_version = :agentVersion,
      interval_ms = :intervalMs, last_seen_ms = ${newestSeenSql}`);
  const touch = db.prepare(`UPDATE node SET last_seen_ms = ${newestSeenSql} WHERE name = :name`);
  const setInventory = db.prepare('UPDATE node SET inventory = ? WHERE id = ?');
  const selectInventory = db
    .prepare<[string], string | null>('SELECT inventory FROM node WHERE name = ?')
    .pluck();

  const forgetting = ['position WHERE node_id', 'gap WHERE node_id', 'node WHERE id'].map((of) =>
    db.prepare<[number]>(`DELETE FROM ${of} = ?`),
  );
  const find = (name: string) => selectId.get(name);
  /** To count takes long; there are no more than the last number says. */
  const isFull = (most: number) => (selectLast.get() ?? 0) >= most && (selectCount.get() ?? 0) >= most;
  /** False: it is new, and as many are known as may be. */
  const put = (identity: NodeIdentity, seenMs: number, most = Number.POSITIVE_INFINITY): boolean => {
    const { name, role, bootId, agentVersion, intervalMs } = identity;
    if (find(name) === undefined && isFull(most)) return false;
    upsert.run({ name, role, bootId, agentVersion, intervalMs, seenMs: Math.trunc(seenMs) });
    return true;
  };
  return {
    put,
    find,
    /** Number of the node; a node that is not known yet becomes known. */
    idOf(name: string, nowMs: number): number {
      const id = find(name);
      if (id !== undefined) return id;
      put({ name, ...unknownIdentity }, nowMs);
      return find(name) ?? 0;
    },
    /** With its positions and gaps. */
    forget(id: number): void {
      for (const statement of forgetting) statement.run(id);
    },
    touch(seen: ReadonlyMap<string, number>): void {
      for (const [name, ms] of seen) touch.run({ name, seenMs: Math.trunc(ms) });
    },
    all: (): readonly NodeRecord[] => selectAll.all(),
    ids: () => selectNames.all(),
    putInventory(nodeId: number, inventory: Inventory): void {
      setInventory.run(JSON.stringify(inventory), nodeId);
    },
    inventory(name: string): Inventory | null {
      const text = selectInventory.get(name);
      return text === undefined || text === null ? null : (JSON.parse(text) as Inventory);
    },
  };
}
