// Runs the program in this process against a peer: the terminal remembers, the clock stands still but for the waits
// of the program, which pass at once.
import { runCli } from '../../cli/run-cli.ts';
import type { Clock } from '../../shared/clock.ts';
import { now } from './recorded-answers.ts';

export interface RunOptions {
  readonly url?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** All three streams are a terminal. */
  readonly tty?: boolean;
  readonly columns?: number;
  /** What the person types at a question. */
  readonly answer?: string;
  /** What the person types where it is not shown. */
  readonly secret?: string;
  /** Gets the function that presses Ctrl-C. */
  readonly onStart?: (interrupt: () => void) => void;
}

export interface RunOutcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export async function runProgramWith(
  line: string | readonly string[],
  options: RunOptions,
): Promise<RunOutcome> {
  const { url, env = {}, tty = false, columns, answer = '', secret = '' } = options;
  const written = { out: '', err: '' };
  const listeners = new Set<() => void>();
  options.onStart?.(() => {
    for (const listener of listeners) listener();
  });
  const code = await runCli(typeof line === 'string' ? line.split(' ') : line, {
    env: { ...(url === undefined ? {} : { JIDI_URL: url }), ...env },
    clock: createPassingClock(),
    interrupts: {
      once(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    },
    terminal: {
      stdinTty: tty,
      stdoutTty: tty,
      stderrTty: tty,
      columns,
      write: (data) => {
        written.out += typeof data === 'string' ? data : Buffer.from(data).toString('latin1');
      },
      writeError: (text) => {
        written.err += text;
      },
      ask: (question) => {
        written.err += question;
        return Promise.resolve(answer);
      },
      askSecret: (question) => {
        written.err += question;
        return Promise.resolve(secret);
      },
    },
  });
  return { code, ...written };
}

/** Every wait is over at once, and the clock has gone on by it. */
function createPassingClock(): Clock {
  let passedMs = 0;
  return {
    now: () => now * 1000 + passedMs,
    monotonic: () => passedMs,
    after(delayMs, run) {
      const timer = setImmediate(() => {
        passedMs += delayMs;
        run();
      });
      return () => clearImmediate(timer);
    },
  };
}
