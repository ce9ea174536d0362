// What the doctor says about one thing.

/** lacking: not there, or hidden, and the agent gets along without. failed: should work and does not. */
export type FindingState = 'good' | 'lacking' | 'failed';

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

export function lacking(subject: string, reason: string, remedy: string): Finding {
  return { subject, state: 'lacking', found: '', reason, remedy };
}

export function failed(subject: string, reason: string, remedy: string): Finding {
  return { subject, state: 'failed', found: '', reason, remedy };
}
