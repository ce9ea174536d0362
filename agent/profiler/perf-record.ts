// Samples with `perf record`. In: target, event, frequency, duration. Out: how the sampling ended; the samples
// lie in the file. It ends perf by itself: after the duration, when asked to stop, and for certain after a deadline.
import type { Clock } from '../../shared/clock.ts';
import type { CallGraph } from './call-graph.ts';
import { type PerfExit, runPerf } from './perf-program.ts';

const pageBytes = 4096;
/** Buffers between kernel and perf, one for each processor, locked in memory: all of them together. */
const mostBufferBytes = 32 * 1024 * 1024;
/** Of one processor: at least eight samples with copies of 8 KiB; perf's own choice at most. */
const bufferPages = { min: 16, max: 128 } as const;
/** perf needs a moment to write its last samples and the names of the files. */
const endDeadlineMs = 20_000;

export interface RecordOptions {
  readonly perf: string;
  readonly folder: string;
  readonly file: string;
  /** What to sample, and what a sample is. */
  readonly arguments: readonly string[];
  readonly frequencyHz: number;
  readonly callGraph: CallGraph;
  /** The largest file: perf ends there. */
  readonly mostBytes: number;
  readonly processors: number;
  readonly durationMs: number;
  readonly clock: Clock;
  /** Asks for an early end. */
  readonly stop: AbortSignal;
  /** Ends perf at once, without a result. */
  readonly abandon: AbortSignal;
}

export type RecordEnd =
  | { readonly kind: 'elapsed' }
  | { readonly kind: 'stopped' }
  /** perf ended by itself: the process did, the file is full, or perf could not do it. */
  | { readonly kind: 'by-itself'; readonly exit: PerfExit }
  | { readonly kind: 'stuck' };

export async function recordSamples(options: RecordOptions): Promise<RecordEnd> {
  const { clock, stop } = options;
  const run = runPerf(options.perf, recordArguments(options), {
    folder: options.folder,
    abandon: options.abandon,
  });
  let asked: 'elapsed' | 'stopped' | undefined;
  const ask = (why: 'elapsed' | 'stopped'): void => {
    if (asked !== undefined) return;
    asked = why;
    run.kill('SIGINT');
  };
  let isStuck = false;
  const cancels = [
    clock.after(options.durationMs, () => ask('elapsed')),
    clock.after(options.durationMs + endDeadlineMs, () => {
      isStuck = true;
      run.kill('SIGKILL');
    }),
  ];
  const onStop = (): void => ask('stopped');
  stop.addEventListener('abort', onStop);
  if (stop.aborted) onStop();
  try {
    const exit = await run.exit;
    if (isStuck) return { kind: 'stuck' };
    // Ended by our own SIGINT, perf says 130 or dies of it; a refusal says another number.
    const isAsked = asked !== undefined && (exit.code === 130 || exit.code === 0 || exit.signal === 'SIGINT');
    return isAsked && asked !== undefined ? { kind: asked } : { kind: 'by-itself', exit };
  } finally {
    stop.removeEventListener('abort', onStop);
    for (const cancel of cancels) cancel();
  }
}

function recordArguments(options: RecordOptions): string[] {
  return [
    'record',
    // Without copies of the programs, and without their ids: with an id perf looks for [vdso] among the copies only,
    // and cannot unwind through it.
    '--no-buildid-cache',
    '--no-buildid',
    ...options.arguments,
    // The clock of Node's hrtime: so samples can be put on the time line.
    '--clockid',
    'CLOCK_MONOTONIC',
    '--freq',
    String(options.frequencyHz),
    '--call-graph',
    options.callGraph,
    '--mmap-pages',
    String(mmapPages(options.processors)),
    '--max-size',
    `${Math.ceil(options.mostBytes / 1024)}K`,
    '--output',
    options.file,
  ];
}

/** A power of two, as the kernel wants it. */
export function mmapPages(processors: number): number {
  const each = mostBufferBytes / pageBytes / Math.max(1, processors);
  return Math.min(bufferPages.max, Math.max(bufferPages.min, 2 ** Math.floor(Math.log2(each))));
}
