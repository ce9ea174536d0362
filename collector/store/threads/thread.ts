// In: the program of a thread and what it needs. Out: the calls that it serves, once it is open.
// It refuses: what the program could not open (StartError and others as they were thrown there). A thread that ends by
// itself fails all its calls and is reported once; who started it ends the collector then.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { errorMessage } from '../../../shared/errors.ts';
import { type CallOptions, type CallStatistics, type CallsOf, callsTo, type HandlersOf } from './calls.ts';
import { overlay } from './overlay.ts';
import type { StartMessage, ThreadHandlers } from './thread-program.ts';
import { fromToldError } from './told-error.ts';

/** By itself V8 takes 64 MiB of each thread that makes much garbage, and never gives it back. */
const youngMiB = 24;

export interface ThreadOptions<H> extends CallOptions<H> {
  readonly program: string;
  /** Cloned into the thread. */
  readonly data: unknown;
  /** What JavaScript objects of the thread may take; typed arrays come on top. */
  readonly heapMiB: number;
  /** It ended without being told to: a bug. Called at most once, not during the start. */
  readonly onDeath: (error: Error) => void;
}

export interface RunningThread<H extends HandlersOf<H>> {
  /** Its `close` is `stop`. */
  readonly calls: CallsOf<H>;
  statistics(): CallStatistics;
  /** Lets it close what it has open, then ends it. Idempotent. */
  stop(): Promise<void>;
}

export async function startThread<H extends HandlersOf<H> & ThreadHandlers>(
  options: ThreadOptions<H>,
): Promise<RunningThread<H>> {
  const worker = new Worker(options.program, {
    workerData: options.data,
    resourceLimits: { maxOldGenerationSizeMb: options.heapMiB, maxYoungGenerationSizeMb: youngMiB },
  });
  await opened(worker);
  const callEnd = callsTo<H>(worker, options);
  let isEnding = false;
  const die = (cause: unknown): void => {
    if (isEnding) return;
    isEnding = true;
    const reason = `the thread ended by itself: ${errorMessage(cause)}`;
    callEnd.end(reason);
    options.onDeath(new Error(`${options.name}: ${reason}`, { cause }));
  };
  worker.on('error', die);
  worker.on('exit', (code) => die(new Error(`exit code ${code}`)));

  const end = async (): Promise<void> => {
    if (isEnding) return;
    try {
      await (callEnd.calls as CallsOf<ThreadHandlers>).close();
    } finally {
      isEnding = true;
      callEnd.end('closed');
      await worker.terminate();
    }
  };
  let ended: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    ended ??= end();
    return ended;
  };
  const calls = overlay(callEnd.calls, { close: stop }) as CallsOf<H>;
  return { calls, statistics: () => callEnd.statistics(), stop };
}

/** Resolves when the thread says that it is open. */
async function opened(worker: Worker): Promise<void> {
  const ended = once(worker, 'exit').then(([code]) => {
    throw new Error(`the thread ended with exit code ${code} before it was open`);
  });
  try {
    const [message] = (await Promise.race([once(worker, 'message'), ended])) as [StartMessage];
    if ('isReady' in message) return;
    await worker.terminate();
    throw fromToldError(message.error);
  } finally {
    // Its end is watched by others from here on.
    ended.catch(() => {});
  }
}
