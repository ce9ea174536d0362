// Reasons that the collector states itself, when a node does not.
import type { CommandState } from '../../shared/model/command.ts';
import type { Reason } from '../../shared/model/reason.ts';

export interface Verdict {
  readonly state: Extract<CommandState, 'failed' | 'unknown'>;
  readonly reason: Reason;
}

/** Nothing was handed to the node. */
export function notConnected(node: string): Verdict {
  return {
    state: 'failed',
    reason: {
      code: 'node-not-connected',
      message: `Node ${node} is not connected; nothing was run there.`,
      remedy: `See whether its agent runs: jidi node show ${node}`,
    },
  };
}

/** It was handed to the node, and no word came back in time. */
export function noAnswer(node: string): Verdict {
  return {
    state: 'unknown',
    reason: {
      code: 'no-answer',
      message: `Node ${node} did not say in time what became of it; it may or may not have had its effect.`,
      remedy: `See how the node is: jidi node show ${node}. If it reports later, this changes.`,
    },
  };
}

export function profileWithoutAnswer(node: string): Reason {
  return {
    code: 'no-answer',
    message: `Node ${node} did not report on the profile in time.`,
    remedy: `See whether its agent runs (jidi node show ${node}) and start the profile anew.`,
  };
}
