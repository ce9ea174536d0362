// What agent and executor say to each other over the Unix socket: one JSON object per line, one command per
// connection. The agent sends a request, then perhaps `cancel`; the executor answers with events until `ended`.
// A line is at most 64 KiB.
import type { CommandRequest } from '../shared/model/command.ts';
import type { Reason } from '../shared/model/reason.ts';

/** First line from the agent. */
export interface ExecutorRequest extends CommandRequest {
  readonly version: 1;
  readonly kind: 'run';
  readonly node: string;
}

export interface ExecutorCancel {
  readonly version: 1;
  readonly kind: 'cancel';
}

/** The last line of every command. */
export interface EndedEvent {
  readonly kind: 'ended';
  readonly timeMs: number;
  readonly state: 'finished' | 'failed' | 'refused' | 'timed-out' | 'cancelled' | 'unknown';
  readonly exitCode: number | null;
  readonly truncated: boolean;
  readonly reason: Reason | null;
}

/** Lines from the executor. */
export type ExecutorEvent =
  | { readonly kind: 'started'; readonly timeMs: number }
  | { readonly kind: 'output'; readonly text: string }
  | EndedEvent;
