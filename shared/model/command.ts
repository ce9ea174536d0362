// Commands: a typed action that somebody asked some nodes to do.
import type { Reason } from './reason.ts';

export type CommandState =
  | 'pending'
  | 'running'
  | 'finished'
  | 'failed'
  /** The node's policy or the executor's checks said no; nothing was run. */
  | 'refused'
  | 'timed-out'
  | 'cancelled'
  /** A crash fell between start and result. */
  | 'unknown';

export const commandLimits = {
  timeoutMs: { min: 1_000, max: 3_600_000, default: 60_000 },
  /** Output kept of one command on one node. */
  outputBytes: 256 * 1024,
  nodes: 5_000,
} as const;

/** What an action may be called, as an anchored regular expression. */
export const actionNamePattern = '^[a-z][a-z0-9-]{0,63}$';

/** True when nothing more will come. */
export function isCommandOver(state: CommandState): boolean {
  return state !== 'pending' && state !== 'running';
}

/** What is handed to a node. Times in ms since the Unix epoch. */
export interface CommandRequest {
  readonly id: string;
  readonly action: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly requester: string;
  readonly issuedTimeMs: number;
  /** After this it must not begin. */
  readonly expiresTimeMs: number;
  readonly timeoutMs: number;
}

/** A command and where it stands on each of its nodes. */
export interface Command extends CommandRequest {
  readonly targets: readonly CommandTarget[];
}

export interface CommandTarget {
  readonly node: string;
  readonly state: CommandState;
  readonly startedTimeMs: number | null;
  readonly endedTimeMs: number | null;
  readonly exitCode: number | null;
  /** Hostile text. */
  readonly output: string;
  readonly truncated: boolean;
  readonly reason: Reason | null;
}

/** What a node tells about a command; `output` is what is new since the previous report. */
export interface CommandReport {
  readonly commandId: string;
  readonly state: CommandState;
  readonly output: string;
  readonly truncated: boolean;
  readonly exitCode: number | null;
  readonly reason: Reason | null;
  readonly timeMs: number;
}

/** One line of the collector's audit log. */
export interface AuditRecord {
  readonly timeMs: number;
  /** Stable word: command-requested, command-cancelled, command-ended, profile-requested … */
  readonly event: string;
  readonly actor: string;
  /** What it was done to: node, command id, profile id. */
  readonly subject: string;
  readonly detail: Readonly<Record<string, unknown>>;
}
