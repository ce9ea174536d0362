// What the doctor says about one thing.

/**
 * absent: this machine does not have it, and nothing is wrong. lacking: it is here or is wanted and cannot be read, for
 * want of a permission or a program; the agent gets along without. failed: should work and does not.
 */
export const findingStates = ['good', 'absent', 'lacking', 'failed'] as const;
export type FindingState = (typeof findingStates)[number];

export interface Finding {
  /** 'source cpu', 'perf', 'collector'. */
  readonly subject: string;
  readonly state: FindingState;
  /** What was found; empty when nothing was. */
  readonly found: string;
  /** Why it is not good; null when it is. */
  readonly reason: string | null;
  readonly remedy: string | null;
}

export function good(subject: string, found: string): Finding {
  return { subject, state: 'good', found, reason: null, remedy: null };
}

export function absent(subject: string, reason: string, remedy: string): Finding {
  return { subject, state: 'absent', found: '', reason, remedy };
}

export function lacking(subject: string, reason: string, remedy: string): Finding {
  return { subject, state: 'lacking', found: '', reason, remedy };
}

export function failed(subject: string, reason: string, remedy: string): Finding {
  return { subject, state: 'failed', found: '', reason, remedy };
}
