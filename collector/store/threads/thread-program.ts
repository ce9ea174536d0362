// The frame of a thread's program. In: what it was started with. Out: it opens what it needs, says so, and serves calls
// until it is told to close. What keeps it from opening reaches the one who started it; any other error that nobody
// catches ends the thread.
import { parentPort, workerData } from 'node:worker_threads';
import { type HandlersOf, serveCalls } from './calls.ts';
import { type ToldError, toToldError } from './told-error.ts';

/** The first message of a thread. */
export type StartMessage = { readonly isReady: true } | { readonly error: ToldError };

/** What every thread answers to, beside its own handlers. */
export interface ThreadHandlers {
  close(): void | Promise<void>;
}

/** `open` gets what `startThread` was given as `data`. */
export async function serveThread<H extends HandlersOf<H> & ThreadHandlers>(
  open: (data: unknown) => H | Promise<H>,
): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('this program is a thread of the collector and cannot run alone');
  try {
    serveCalls(port, await open(workerData));
    port.postMessage({ isReady: true } satisfies StartMessage, []);
  } catch (error) {
    port.postMessage({ error: toToldError(error) } satisfies StartMessage, []);
  }
}
