// The life of a program: start, tell, wait for a signal, stop in time. Used by the main files only.
//
// Exit codes: 0 stopped on request; 1 failed or stopped in a hurry; 78 (EX_CONFIG of sysexits.h) the start was refused
// for a reason that a restart cannot mend, so an init system must not try again.
import { errorMessage, StartError } from './errors.ts';

export const startRefusedExitCode = 78;

const longestTimerMs = 2 ** 31 - 1;

export interface RunningProgram {
  /** Drains and stops; called once. */
  stop(): Promise<void>;
  /** True when a thread hangs in the kernel after the stop: an ordinary exit would wait for it without end. */
  isHeld?(): boolean;
}

export interface ProgramOptions {
  readonly name: string;
  readonly stopDeadlineMs: number;
}

/**
 * Starts the program and keeps it until it is stopped: at SIGTERM, SIGINT or when the parent that talks to it over IPC is gone. A second
 * signal, or a stop that takes too long, ends the process at once.
 */
export async function runProgram(
  options: ProgramOptions,
  start: () => Promise<RunningProgram>,
): Promise<void> {
  let running: RunningProgram | undefined;
  let stopping = false;
  const stop = (): void => {
    if (stopping) process.exit(1);
    stopping = true;
    setTimeout(() => process.exit(1), options.stopDeadlineMs).unref();
    void stopAndExit(options.name, running);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop);
  process.on('disconnect', stop);
  process.channel?.unref();
  // What a program waits for need not hold it: without a connection, an agent has only timers that do not.
  setInterval(() => undefined, longestTimerMs);
  try {
    running = await start();
  } catch (error) {
    refuse(options.name, error);
  }
}

async function stopAndExit(name: string, running: RunningProgram | undefined): Promise<void> {
  try {
    await running?.stop();
    if (running?.isHeld?.() === true) endHard(name);
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${name}: stop failed: ${errorMessage(error)}\n`);
    process.exit(1);
  }
}

function endHard(name: string): void {
  process.stderr.write(`${name}: a call hangs in the kernel; everything is stopped, ending without it\n`);
  process.kill(process.pid, 'SIGKILL');
}

/** Prints what the person who started the program can mend; a bug keeps its stack. */
function refuse(name: string, error: unknown): never {
  if (!(error instanceof StartError)) throw error;
  process.stderr.write(`${name}: ${error.message}\n${error.remedy}\n`);
  process.exit(startRefusedExitCode);
}
