// Samples with `perf record`. In: target, event, frequency, duration. Out: how the sampling ended; the samples
// lie in the file. Sampling begins when it is told, and ends by itself: after the duration, when asked to stop, and for certain after a deadline.
import type { Clock } from '../../../shared/clock.ts';
import { controlArguments, controlDescriptors, isWithoutControl, PerfControl } from '../perf/perf-control.ts';
import { type PerfExit, runPerf } from '../perf/perf-program.ts';
import type { CallGraph } from './call-graph.ts';
import { watchRecording } from './whole-recording.ts';

const pageBytes = 4096;
/** Buffers between kernel and perf, one for each processor, locked in memory: all of them together. */
const mostBufferBytes = 32 * 1024 * 1024;
/** Of one processor: at least eight samples with copies of 8 KiB; perf's own choice at most. */
const bufferPages = { min: 16, max: 128 } as const;
/** perf needs a moment to write its last samples and the names of the files. */
const endDeadlineMs = 20_000;
/** It reads the names of the kernel first, and waits until the moment that all nodes begin. */
const beginDeadlineMs = 90_000;

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
  /** Settles when the sampling shall begin. */
  readonly begin: () => Promise<void>;
  readonly onBegun: () => void;
  /** It was told to end; what it writes then is of before. */
  readonly onEnding: () => void;
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

/** A perf that cannot be told when to begin begins as soon as it can. */
export async function recordSamples(options: RecordOptions): Promise<RecordEnd> {
  const end = await recordOnce(options, true);
  const isOld = end.kind === 'by-itself' && end.exit.code !== 0 && isWithoutControl(end.exit.complaint);
  return isOld ? recordOnce(options, false) : end;
}

async function recordOnce(options: RecordOptions, isControlled: boolean): Promise<RecordEnd> {
  const { clock, stop, folder, abandon } = options;
  const args = [...recordArguments(options), ...(isControlled ? controlArguments : [])];
  const descriptors = isControlled ? controlDescriptors : [];
  const run = runPerf(options.perf, args, { folder, abandon, descriptors });
  let asked: 'elapsed' | 'stopped' | 'stuck' | undefined;
  const whole = Promise.withResolvers<'whole'>();
  const cancels: (() => void)[] = [];
  const ask = (why: 'elapsed' | 'stopped' | 'stuck'): void => {
    if (asked === undefined) {
      options.onEnding();
      cancels.push(watchRecording(options.file, clock, () => whole.resolve('whole')));
    }
    asked = why === 'stuck' ? why : (asked ?? why);
    run.kill(why === 'stuck' ? 'SIGKILL' : 'SIGINT');
  };
  const onStop = (): void => ask('stopped');
  stop.addEventListener('abort', onStop);
  if (stop.aborted) onStop();
  const cancelBegin = clock.after(beginDeadlineMs, () => ask('stuck'));
  try {
    const control = new PerfControl(run);
    const begin = isControlled ? beginWhenReady(control, options) : options.begin();
    // A perf that ends first never begins.
    const began = await Promise.race([begin.then(() => true), run.exit.then(() => false)]);
    cancelBegin();
    if (began) {
      options.onBegun();
      cancels.push(clock.after(options.durationMs, () => ask('elapsed')));
      cancels.push(clock.after(options.durationMs + endDeadlineMs, () => ask('stuck')));
    }
    const exit = await Promise.race([run.exit, whole.promise]);
    if (asked === 'stuck') return { kind: asked };
    if (exit === 'whole') {
      run.kill('SIGKILL');
      return { kind: asked ?? 'stopped' };
    }
    // Ended by our own SIGINT, perf says 130 or dies of it; a refusal says another number.
    const isAsked = exit.code === 130 || exit.code === 0 || exit.signal === 'SIGINT';
    return asked !== undefined && isAsked ? { kind: asked } : { kind: 'by-itself', exit };
  } finally {
    stop.removeEventListener('abort', onStop);
    for (const cancel of [cancelBegin, ...cancels]) cancel();
  }
}

async function beginWhenReady(control: PerfControl, { begin }: RecordOptions): Promise<void> {
  await control.ask('disable');
  await begin();
  await control.ask('enable');
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
