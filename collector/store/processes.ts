// In: process snapshots. Out: one packed row per node and snapshot against a dictionary of processes, and back.
//
// Invariants: what is remembered here is only a copy of rows; `forget` may be called at any time, and must be after a
// rollback and after dictionary rows were deleted.
import type { ProcessSample, ProcessSnapshot } from '../../shared/model/process.ts';
import type { Database } from './database.ts';
import { type PackedProcess, packProcesses, unpackProcesses } from './process-rows.ts';
import { checkedTime, keySql, timeRange, timeSql } from './row-key.ts';

/** A dictionary row that is in use has been marked so at most this long ago; retention keeps away from younger ones. */
export const processMarkMs = 3_600_000;

type Identity = Pick<
  ProcessSample,
  'pid' | 'startTimeMs' | 'parentPid' | 'uid' | 'user' | 'name' | 'command' | 'job'
>;

interface IdentityRow extends Identity {
  readonly id: number;
}

interface Remembered {
  readonly row: IdentityRow;
  markedMs: number;
}

export class Processes {
  /** Of each node the processes of its newest snapshot, by pid. */
  readonly #remembered = new Map<number, Map<number, Remembered>>();
  readonly #statements;

  constructor(db: Database) {
    this.#statements = prepare(db);
  }

  forget(): void {
    this.#remembered.clear();
  }

  /** False when the node has a snapshot of that time: the first one stays. */
  append(nodeId: number, snapshot: ProcessSnapshot, nowMs: number): boolean {
    const before = this.#remembered.get(nodeId);
    const current = new Map<number, Remembered>();
    const rows: PackedProcess[] = snapshot.processes.map((process) => {
      const known = this.#known(nodeId, process, { remembered: before?.get(process.pid), nowMs });
      current.set(process.pid, known);
      return { ...process, id: known.row.id };
    });
    this.#remembered.set(nodeId, current);
    const { timeMs, processCount } = snapshot;
    const packed = packProcesses(rows);
    return this.#statements.insert.run(nodeId, checkedTime(timeMs), processCount, packed).changes === 1;
  }

  /** The newest snapshot at or before the time, not older than `maxAgeMs`. */
  at(nodeId: number, timeMs: number, maxAgeMs: number): ProcessSnapshot | null {
    const [from, to] = timeRange(timeMs - maxAgeMs, timeMs);
    const found = this.#statements.select.get(nodeId, from, nodeId, to);
    if (found === undefined) return null;
    const processes = unpackProcesses(found.rows).flatMap(({ id, ...values }) => {
      const identity = this.#statements.byId.get(id);
      return identity === undefined ? [] : [toSample(identity, values)];
    });
    return {
      timeMs: found.timeMs,
      processCount: found.processCount,
      zombieCount: 0,
      uninterruptibleCount: 0,
      processes,
    };
  }

  #known(
    nodeId: number,
    process: Identity,
    { remembered, nowMs }: { remembered: Remembered | undefined; nowMs: number },
  ): Remembered {
    if (remembered !== undefined && isSame(remembered.row, process)) {
      this.#mark(remembered, nowMs);
      return remembered;
    }
    const { byPid, insertIdentity, mark } = this.#statements;
    const stored = byPid
      .all(nodeId, process.pid, process.startTimeMs)
      .find((candidate) => isSame(candidate, process));
    if (stored !== undefined) {
      mark.run(nowMs, stored.id);
      return { row: stored, markedMs: nowMs };
    }
    const { pid, startTimeMs, parentPid, uid, user, name, command, job } = process;
    const identity = { pid, startTimeMs, parentPid, uid, user, name, command, job };
    const id = Number(insertIdentity.run({ ...identity, nodeId, nowMs }).lastInsertRowid);
    return { row: { ...identity, id }, markedMs: nowMs };
  }

  #mark(known: Remembered, nowMs: number): void {
    if (nowMs - known.markedMs < processMarkMs) return;
    this.#statements.mark.run(nowMs, known.row.id);
    known.markedMs = nowMs;
  }
}

function prepare(db: Database) {
  const identity = `SELECT id, pid, start_ms AS startTimeMs, parent_pid AS parentPid, uid, user, name, command, job
    FROM process`;
  return {
    insert: db.prepare(`INSERT OR IGNORE INTO snapshot (key, process_count, rows) VALUES (${keySql}, ?, ?)`),
    select: db.prepare<number[], { timeMs: number; processCount: number; rows: Buffer }>(`
      SELECT ${timeSql} AS timeMs, process_count AS processCount, rows FROM snapshot
      WHERE key BETWEEN ${keySql} AND ${keySql} ORDER BY key DESC LIMIT 1`),
    byPid: db.prepare<[number, number, number], IdentityRow>(
      `${identity} WHERE node_id = ? AND pid = ? AND start_ms = ?`,
    ),
    byId: db.prepare<[number], IdentityRow>(`${identity} WHERE id = ?`),
    insertIdentity: db.prepare(`
      INSERT INTO process (node_id, pid, start_ms, parent_pid, uid, user, name, command, job, last_ms)
      VALUES (:nodeId, :pid, :startTimeMs, :parentPid, :uid, :user, :name, :command, :job, :nowMs)`),
    mark: db.prepare('UPDATE process SET last_ms = ? WHERE id = ?'),
  };
}

function isSame(a: Identity, b: Identity): boolean {
  return (
    a.pid === b.pid &&
    a.startTimeMs === b.startTimeMs &&
    a.parentPid === b.parentPid &&
    a.uid === b.uid &&
    a.user === b.user &&
    a.name === b.name &&
    a.command === b.command &&
    a.job === b.job
  );
}

function toSample({ id: _id, ...identity }: IdentityRow, values: Omit<PackedProcess, 'id'>): ProcessSample {
  return {
    ...identity,
    ...values,
    step: null,
    localRank: null,
    outsideJob: false,
    allowedCpus: null,
    waitChannel: null,
    voluntarySwitchesPerSecond: null,
    involuntarySwitchesPerSecond: null,
    gpuMemoryBytes: null,
  };
}
