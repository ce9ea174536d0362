// In: process snapshots. Out: one packed row per node and snapshot against a dictionary of processes, and back.
//
// Invariants: what is remembered here is only a copy of rows; `forget` may be called at any time, and must be after a
// rollback and after dictionary rows were deleted.
import type { ProcessSample, ProcessSnapshot } from '../../shared/model/process.ts';
import type { Database } from './database.ts';
import { unpackFirstProcesses } from './first-process-rows.ts';
import { type PackedProcess, packProcesses, rowFormat, unpackProcesses } from './process-rows.ts';
import { checkedTime, keySql, timeRange, timeSql } from './row-key.ts';
import type { StoredSnapshot } from './store.ts';
import type { WaitChannels } from './wait-channels.ts';

/** A dictionary row that is in use has been marked so at most this long ago; retention keeps away from younger ones. */
export const processMarkMs = 3_600_000;

type Identity = Pick<
  ProcessSample,
  | 'pid'
  | 'startTimeMs'
  | 'parentPid'
  | 'uid'
  | 'user'
  | 'name'
  | 'command'
  | 'job'
  | 'step'
  | 'localRank'
  | 'outsideJob'
  | 'allowedCpus'
>;

interface KnownIdentity extends Identity {
  readonly id: number;
}

/** SQLite knows no booleans. */
type IdentityRow = Omit<KnownIdentity, 'outsideJob'> & { readonly outsideJob: number };

interface Remembered {
  readonly row: KnownIdentity;
  markedMs: number;
}

export interface SnapshotOutcome {
  /** False when the node has a snapshot of that time: the first one stays. */
  readonly isKept: boolean;
  readonly refusedWaitChannels: number;
}

export class Processes {
  /** Of each node the processes of its newest snapshot, by pid. */
  readonly #remembered = new Map<number, Map<number, Remembered>>();
  readonly #waitChannels: WaitChannels;
  readonly #statements;

  constructor(db: Database, waitChannels: WaitChannels) {
    this.#statements = prepare(db);
    this.#waitChannels = waitChannels;
  }

  forget(): void {
    this.#remembered.clear();
  }

  append(nodeId: number, snapshot: ProcessSnapshot, nowMs: number): SnapshotOutcome {
    const before = this.#remembered.get(nodeId);
    const current = new Map<number, Remembered>();
    let refusedWaitChannels = 0;
    const rows: PackedProcess[] = snapshot.processes.map((process) => {
      const known = this.#known(nodeId, process, { remembered: before?.get(process.pid), nowMs });
      current.set(process.pid, known);
      const { waitChannel } = process;
      const waitChannelId = waitChannel === null ? null : this.#waitChannels.idOf(waitChannel, nowMs);
      if (waitChannel !== null && waitChannelId === null) refusedWaitChannels += 1;
      return { ...process, id: known.row.id, waitChannelId };
    });
    this.#remembered.set(nodeId, current);
    const { timeMs, processCount, zombieCount, uninterruptibleCount } = snapshot;
    const counts = [processCount, zombieCount, uninterruptibleCount] as const;
    const { insert } = this.#statements;
    const { changes } = insert.run(nodeId, checkedTime(timeMs), ...counts, rowFormat, packProcesses(rows));
    return { isKept: changes === 1, refusedWaitChannels };
  }

  /** The newest snapshot at or before the time, not older than `maxAgeMs`. */
  at(nodeId: number, timeMs: number, maxAgeMs: number): StoredSnapshot | null {
    const [from, to] = timeRange(timeMs - maxAgeMs, timeMs);
    const found = this.#statements.select.get(nodeId, from, nodeId, to);
    if (found === undefined) return null;
    const { format, rows, ...head } = found;
    const packed = format === 1 ? unpackFirstProcesses(rows) : unpackProcesses(rows);
    const processes = packed.flatMap(({ id, waitChannelId, ...values }) => {
      const row = this.#statements.byId.get(id);
      if (row === undefined) return [];
      const { id: _id, ...identity } = toIdentity(row);
      const waitChannel = waitChannelId === null ? null : this.#waitChannels.nameOf(waitChannelId);
      return [{ ...identity, ...values, waitChannel }];
    });
    return { ...head, processes };
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
      .map(toIdentity)
      .find((candidate) => isSame(candidate, process));
    if (stored !== undefined) {
      mark.run(nowMs, stored.id);
      return { row: stored, markedMs: nowMs };
    }
    const identity = identityOf(process);
    const outsideJob = identity.outsideJob ? 1 : 0;
    const id = Number(insertIdentity.run({ ...identity, outsideJob, nodeId, nowMs }).lastInsertRowid);
    return { row: { ...identity, id }, markedMs: nowMs };
  }

  #mark(known: Remembered, nowMs: number): void {
    if (nowMs - known.markedMs < processMarkMs) return;
    this.#statements.mark.run(nowMs, known.row.id);
    known.markedMs = nowMs;
  }
}

interface SnapshotRow extends Omit<StoredSnapshot, 'processes'> {
  readonly format: number;
  readonly rows: Buffer;
}

function prepare(db: Database) {
  const identity = `SELECT id, pid, start_ms AS startTimeMs, parent_pid AS parentPid, uid, user, name, command, job,
      step, local_rank AS localRank, outside_job AS outsideJob, allowed_cpus AS allowedCpus
    FROM process`;
  return {
    insert: db.prepare(`
      INSERT OR IGNORE INTO snapshot (key, process_count, zombie_count, uninterruptible_count, row_format, rows)
      VALUES (${keySql}, ?, ?, ?, ?, ?)`),
    select: db.prepare<number[], SnapshotRow>(`
      SELECT ${timeSql} AS timeMs, process_count AS processCount, zombie_count AS zombieCount,
        uninterruptible_count AS uninterruptibleCount, row_format AS format, rows FROM snapshot
      WHERE key BETWEEN ${keySql} AND ${keySql} ORDER BY key DESC LIMIT 1`),
    byPid: db.prepare<[number, number, number], IdentityRow>(
      `${identity} WHERE node_id = ? AND pid = ? AND start_ms = ?`,
    ),
    byId: db.prepare<[number], IdentityRow>(`${identity} WHERE id = ?`),
    insertIdentity: db.prepare(`
      INSERT INTO process (node_id, pid, start_ms, parent_pid, uid, user, name, command, job, step, local_rank,
        outside_job, allowed_cpus, last_ms)
      VALUES (:nodeId, :pid, :startTimeMs, :parentPid, :uid, :user, :name, :command, :job, :step, :localRank,
        :outsideJob, :allowedCpus, :nowMs)`),
    mark: db.prepare('UPDATE process SET last_ms = ? WHERE id = ?'),
  };
}

function toIdentity(row: IdentityRow): KnownIdentity {
  return { ...row, outsideJob: row.outsideJob !== 0 };
}

function identityOf(process: Identity): Identity {
  const { pid, startTimeMs, parentPid, uid, user, name, command, job } = process;
  const { step, localRank, outsideJob, allowedCpus } = process;
  const who = { pid, startTimeMs, parentPid, uid, user, name, command };
  return { ...who, job, step, localRank, outsideJob, allowedCpus };
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
    a.job === b.job &&
    a.step === b.step &&
    a.localRank === b.localRank &&
    a.outsideJob === b.outsideJob &&
    a.allowedCpus === b.allowedCpus
  );
}
