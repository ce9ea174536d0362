// One run of the profiler program, as the agent has it: a child of its own, or a unit behind a socket. In: messages. Out: what it
// writes, and that it is over. Whoever starts it bounds its time.
import type { Reason } from '../../../shared/model/reason.ts';
import type { ProfilerMessage } from '../profiler-messages.ts';

export interface ProfileProgram {
  /** Where its recordings go; null: it has a folder itself. */
  readonly folder: string | null;
  /** Settles when nothing more is to be heard of it. The reason why there is no result, should there be none. */
  readonly over: Promise<Reason>;
  /** Taken no more once it has ended. */
  send(message: ProfilerMessage): void;
  /** Ends it now, with all that it started. */
  kill(): void;
}

/** May throw: there is none then. */
export type StartProgram = (onBytes: (bytes: Buffer) => void) => ProfileProgram;
