// In: commands as they are asked for, and what becomes of them on each node. Out: the same, read back.
// It ignores, and says so to its caller: reports for a command or a target that is not stored.
import {
  type Command,
  type CommandReport,
  type CommandRequest,
  type CommandState,
  type CommandTarget,
  commandLimits,
  isCommandOver,
} from '../../../shared/model/command.ts';
import type { Reason } from '../../../shared/model/reason.ts';
import type { Database } from '../sqlite.ts';

export type CommandTable = ReturnType<typeof createCommandTable>;

/** Output kept of one command on all of its nodes together. */
const commandOutputBytes = 64 * 1024 * 1024;

interface TargetRow {
  node: string;
  state: CommandState;
  startedTimeMs: number | null;
  endedTimeMs: number | null;
  exitCode: number | null;
  truncated: number;
  reason: string | null;
  output: string;
}

export function createCommandTable(db: Database) {
  const { upsert, upsertTarget, select, selectList, selectTargets, selectStates, ...rest } = prepare(db);
  const { selectTarget, addOutputBytes, remove } = rest;

  const putTarget = (commandId: string, target: CommandTarget) => {
    const { truncated, reason } = target;
    upsertTarget.run({
      ...target,
      commandId,
      truncated: truncated ? 1 : 0,
      reason: reason === null ? null : JSON.stringify(reason),
    });
  };
  return {
    put({ targets, ...request }: Command): void {
      upsert.run(request.id, request.issuedTimeMs, JSON.stringify(request));
      for (const target of targets) putTarget(request.id, target);
    },
    get(id: string): Command | null {
      const body = select.get(id);
      return body === undefined ? null : toCommand(body, selectTargets.all(id));
    },
    list: (filter: { beforeMs?: number; limit: number }): readonly Command[] =>
      selectList
        .all(filter.beforeMs ?? Number.MAX_SAFE_INTEGER, filter.limit)
        .map(({ id, body }) => toCommand(body, selectStates.all(id))),
    /** False when there is no such target. */
    report(node: string, report: CommandReport): boolean {
      const row = selectTarget.get({ id: report.commandId, node });
      if (row === undefined) return false;
      const { ownBytes, allBytes, ...target } = row;
      const roomBytes = Math.min(commandLimits.outputBytes - ownBytes, commandOutputBytes - allBytes);
      const output = cutToBytes(report.output, Math.max(0, roomBytes));
      const truncated = report.truncated || output.length < report.output.length;
      putTarget(report.commandId, mergeTarget(toTarget(target), { ...report, output, truncated }));
      if (output !== '') addOutputBytes.run(Buffer.byteLength(output), report.commandId);
      return true;
    },
    delete(id: string): number {
      return remove.targets.run(id).changes + remove.command.run(id).changes;
    },
  };
}

function prepare(db: Database) {
  const columns = `node, state, started_ms AS startedTimeMs, ended_ms AS endedTimeMs, exit_code AS exitCode, truncated,
    reason`;
  return {
    upsert: db.prepare(`INSERT INTO command (id, issued_ms, body) VALUES (?, ?, ?)
      ON CONFLICT DO UPDATE SET issued_ms = excluded.issued_ms, body = excluded.body`),
    upsertTarget: db.prepare(`
      INSERT INTO target (command_id, node, state, started_ms, ended_ms, exit_code, truncated, reason, output)
      VALUES (:commandId, :node, :state, :startedTimeMs, :endedTimeMs, :exitCode, :truncated, :reason, :output)
      ON CONFLICT (command_id, node) DO UPDATE SET state = :state, started_ms = :startedTimeMs,
        ended_ms = :endedTimeMs, exit_code = :exitCode, truncated = :truncated, reason = :reason, output = :output`),
    select: db.prepare<[string], string>('SELECT body FROM command WHERE id = ?').pluck(),
    selectList: db.prepare<[number, number], { id: string; body: string }>(
      'SELECT id, body FROM command WHERE issued_ms < ? ORDER BY issued_ms DESC, id DESC LIMIT ?',
    ),
    selectTargets: db.prepare<[string], TargetRow>(
      `SELECT ${columns}, output FROM target WHERE command_id = ? ORDER BY id`,
    ),
    selectStates: db.prepare<[string], TargetRow>(
      `SELECT ${columns}, '' AS output FROM target WHERE command_id = ? ORDER BY id`,
    ),
    selectTarget: db.prepare<
      [{ id: string; node: string }],
      TargetRow & { ownBytes: number; allBytes: number }
    >(`
      SELECT ${columns}, output, octet_length(output) AS ownBytes,
        (SELECT output_bytes FROM command WHERE command.id = :id) AS allBytes
      FROM target WHERE command_id = :id AND node = :node`),
    addOutputBytes: db.prepare('UPDATE command SET output_bytes = output_bytes + ? WHERE id = ?'),
    remove: {
      targets: db.prepare('DELETE FROM target WHERE command_id = ?'),
      command: db.prepare('DELETE FROM command WHERE id = ?'),
    },
  };
}

function toCommand(body: string, targets: readonly TargetRow[]): Command {
  return { ...(JSON.parse(body) as CommandRequest), targets: targets.map(toTarget) };
}

function toTarget({ truncated, reason, ...row }: TargetRow): CommandTarget {
  return {
    ...row,
    truncated: truncated !== 0,
    reason: reason === null ? null : (JSON.parse(reason) as Reason),
  };
}

/** What is over stays over; only `unknown`, a guess, gives way to what really became of it. */
function mergeTarget(target: CommandTarget, report: CommandReport): CommandTarget {
  const isDecided = isCommandOver(target.state) && target.state !== 'unknown';
  const goesBack = isCommandOver(target.state) && !isCommandOver(report.state);
  const state = isDecided || goesBack ? target.state : report.state;
  const isNew = state !== target.state;
  return {
    node: target.node,
    state,
    startedTimeMs: target.startedTimeMs ?? (isNew && state === 'running' ? report.timeMs : null),
    endedTimeMs: isNew && isCommandOver(state) ? report.timeMs : target.endedTimeMs,
    exitCode: isDecided ? target.exitCode : (report.exitCode ?? target.exitCode),
    output: target.output + report.output,
    truncated: target.truncated || report.truncated,
    reason: isDecided ? target.reason : (report.reason ?? target.reason),
  };
}

/** The longest beginning that has at most so many bytes in UTF-8, characters whole. */
function cutToBytes(text: string, bytes: number): string {
  const scratch = new Uint8Array(Math.min(bytes, text.length * 3));
  return text.slice(0, new TextEncoder().encodeInto(text, scratch).read);
}
