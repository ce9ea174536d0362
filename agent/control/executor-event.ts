// In: a line from the executor. Out: an event of the right form, or undefined; and the outcomes that the agent itself
// states when the executor states none.

import type { EndedEvent, ExecutorEvent } from '../../executor/protocol.ts';
import type { Reason } from '../../shared/model/reason.ts';

const endStates: readonly string[] = ['finished', 'failed', 'refused', 'timed-out', 'cancelled', 'unknown'];

export function parseExecutorEvent(line: string): ExecutorEvent | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    // Not of the protocol; the deadline of the command covers what it may have meant.
    return undefined;
  }
  return isEvent(value) ? value : undefined;
}

/** What the agent says when it could not reach the executor, or the executor did not answer in time. */
export function endedByAgent(
  code: 'executor-unreachable' | 'executor-silent',
  timeMs: number,
  handedOver: boolean,
): EndedEvent {
  const what = code === 'executor-silent' ? 'did not answer in time' : 'cannot be reached on its socket';
  const reason = handedOver
    ? {
        code,
        message: `The executor of this node ${what}; the command may or may not have had its effect.`,
        remedy: 'Look at the node before asking again, and check that the executor runs there.',
      }
    : {
        code,
        message: `The executor of this node ${what}; nothing was run.`,
        remedy:
          'Start the executor on the node: systemctl status jidi-executor.socket, or restart the agent.',
      };
  const state = handedOver ? 'unknown' : 'failed';
  return { kind: 'ended', timeMs, state, exitCode: null, truncated: false, reason };
}

function isEvent(value: unknown): value is ExecutorEvent {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return false;
  if (value.kind === 'output') return 'text' in value && typeof value.text === 'string';
  if (!('timeMs' in value) || typeof value.timeMs !== 'number') return false;
  return value.kind === 'started' || (value.kind === 'ended' && isEnded(value));
}

function isEnded(value: object): boolean {
  const { state, exitCode, truncated, reason } = value as Partial<Record<keyof EndedEvent, unknown>>;
  return (
    typeof state === 'string' &&
    endStates.includes(state) &&
    (exitCode === null || Number.isInteger(exitCode)) &&
    typeof truncated === 'boolean' &&
    (reason === null || isReason(reason))
  );
}

function isReason(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { code, message, remedy } = value as Partial<Record<keyof Reason, unknown>>;
  return typeof code === 'string' && typeof message === 'string' && typeof remedy === 'string';
}
