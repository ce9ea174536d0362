// Asks again and again until something is over. A collector that restarts meanwhile is waited for.
import { CliError, exitCodes } from './exit-code.ts';
import type { Session } from './session.ts';

export interface WaitOptions<T> {
  readonly read: () => Promise<T>;
  readonly isOver: (value: T) => boolean;
  readonly onValue: (value: T) => void;
  /** What is waited for, in an error. */
  readonly subject: string;
  readonly deadlineMs: number;
  /** At the first interrupt; a second one ends the program. */
  readonly onInterrupt: () => Promise<void>;
}

const pollMs = 500;
const silenceMs = 60_000;

export async function waitUntilOver<T>(session: Session, options: WaitOptions<T>): Promise<T> {
  const { clock } = session;
  const begin = clock.monotonic();
  let answered = begin;
  let interrupt: Promise<void> | undefined;
  const release = session.interrupts.once(() => {
    interrupt = options.onInterrupt().catch(unlessOver);
    // Handled below, at the next turn.
    interrupt.catch(() => undefined);
  });
  try {
    for (;;) {
      const asked = clock.monotonic();
      const value = await readPatiently(options.read, asked - answered);
      if (value !== undefined) {
        answered = clock.monotonic();
        options.onValue(value);
        if (options.isOver(value)) return value;
      }
      await interrupt;
      if (clock.monotonic() - begin > options.deadlineMs) throw stillGoing(options.subject);
      await delay(session, Math.max(pollMs, 2 * (clock.monotonic() - asked)));
    }
  } finally {
    release();
  }
}

/** It may have ended by itself meanwhile. */
function unlessOver(error: unknown): void {
  if (!(error instanceof CliError) || error.exitCode !== exitCodes.failure) throw error;
}

/** undefined when the collector does not answer and there is still patience left. */
async function readPatiently<T>(read: () => Promise<T>, silentMs: number): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    const silent = error instanceof CliError && error.exitCode === exitCodes.unreachable;
    if (!silent || silentMs > silenceMs) throw error;
    return undefined;
  }
}

function stillGoing(subject: string): CliError {
  return new CliError(
    exitCodes.failure,
    `${subject}: not over in time`,
    'Look at it again later; it goes on.',
  );
}

export function delay({ clock }: Pick<Session, 'clock'>, ms: number): Promise<void> {
  return new Promise((resolve) => {
    // The clock's timers do not hold the process; this wait must.
    const hold = setInterval(() => undefined, 60_000);
    clock.after(ms, () => {
      clearInterval(hold);
      resolve();
    });
  });
}
