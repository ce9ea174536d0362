// What agent and executor say to each other over the Unix socket: one JSON object per line, one command per
// connection. The agent sends a request, then perhaps `cancel`; the executor answers with events until `ended`.
// A line is at most 64 KiB.

/** First line from the agent. Times in ms since the Unix epoch. */
export interface ExecutorRequest {
  readonly version: 1;
  readonly kind: 'run';
  readonly id: string;
  readonly node: string;
  readonly action: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly requester: string;
  readonly issuedTimeMs: number;
  readonly expiresTimeMs: number;
  readonly timeoutMs: number;
}

export interface ExecutorCancel {
  readonly version: 1;
  readonly kind: 'cancel';
}

export interface ExecutorReason {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

/** Lines from the executor. */
export type ExecutorEvent =
  | { readonly kind: 'started'; readonly timeMs: number }
  | { readonly kind: 'output'; readonly text: string }
  | {
      readonly kind: 'ended';
      readonly timeMs: number;
      readonly state: 'finished' | 'failed' | 'refused' | 'timed-out' | 'cancelled' | 'unknown';
      readonly exitCode: number | null;
      readonly truncated: boolean;
      readonly reason: ExecutorReason | null;
    };
