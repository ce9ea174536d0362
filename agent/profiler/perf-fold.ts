// Turns the file of `perf record` into samples and a tree of stacks: `perf script` resolves the symbols, its text is read while
// it streams by and is never held as a whole. In: the file. Out: the samples, or what perf complained.
import type { Clock } from '../../shared/clock.ts';
import { type PerfExit, runPerf } from './perf-program.ts';
import {
  PerfScriptText,
  type ScriptMoment,
  type ScriptSample,
  type ScriptTaker,
} from './perf-script-text.ts';
import { SampleBuilder } from './sample-builder.ts';
import { type SampledEvent, switchEvent } from './sampled-event.ts';
import type { Target } from './target.ts';
import { Waits } from './waits.ts';

/** Large programs have many symbols; longer than this is no answer. */
export const foldDeadlineMs = 120_000;

export interface FoldOptions {
  readonly perf: string;
  readonly folder: string;
  readonly file: string;
  readonly target: Pick<Target, 'isOpen' | 'members'>;
  readonly event: Pick<SampledEvent, 'unit'>;
  readonly withInlined: boolean;
  /** Begin and end of the recording, microseconds of the clock with which perf recorded. */
  readonly beganUs: number;
  readonly endedUs: number;
  readonly clock: Clock;
  readonly abandon: AbortSignal;
}

export type FoldEnd =
  | { readonly kind: 'folded'; readonly builder: SampleBuilder }
  | { readonly kind: 'failed'; readonly exit: PerfExit };

export async function foldRecording(options: FoldOptions): Promise<FoldEnd> {
  const folding = new Folding(options);
  const text = new PerfScriptText(folding);
  const args = ['script', '-F', 'comm,pid,tid,time,event,period,ip,sym,dso', '--input', options.file];
  if (!options.withInlined) args.push('--no-inline');
  if (options.event.unit === 'microseconds') args.push('--show-switch-events');
  const run = runPerf(options.perf, args, {
    folder: options.folder,
    abandon: options.abandon,
    onOutput: (bytes) => text.write(bytes),
  });
  const cancel = options.clock.after(foldDeadlineMs, () => run.kill('SIGKILL'));
  const exit = await run.exit;
  cancel();
  return exit.code === 0 ? { kind: 'folded', builder: folding.end() } : { kind: 'failed', exit };
}

/** Gives each sample its weight. */
export class Folding implements ScriptTaker {
  readonly #builder = new SampleBuilder();
  readonly #options: Pick<FoldOptions, 'target' | 'event' | 'beganUs' | 'endedUs'>;
  readonly #waits: Waits;

  constructor(options: Pick<FoldOptions, 'target' | 'event' | 'beganUs' | 'endedUs'>) {
    this.#options = options;
    this.#waits = new Waits((wait) => this.#add(wait, wait.lastedUs, wait.frames));
  }

  sample(sample: ScriptSample, frames: readonly string[]): void {
    if (!this.#isWanted(sample)) return;
    if (sample.event.startsWith(switchEvent)) return this.#waits.place(sample, frames);
    this.#add(sample, this.#weightOf(sample), frames);
  }

  switched(moment: ScriptMoment, how: 'in' | 'out' | 'preempted'): void {
    if (this.#isWanted(moment)) this.#waits.switched(moment, how);
  }

  end(): SampleBuilder {
    this.#waits.close(this.#options.endedUs);
    return this.#builder;
  }

  /** A clock's period is in nanoseconds. */
  #weightOf({ period }: ScriptSample): number {
    const { unit } = this.#options.event;
    if (unit === 'samples') return 1;
    return unit === 'microseconds' ? Math.round(period / 1000) : period;
  }

  #isWanted({ pid }: ScriptMoment): boolean {
    const { isOpen, members } = this.#options.target;
    return isOpen || members.has(pid);
  }

  #add(
    { pid, tid, name, timeUs }: ScriptMoment & { readonly name: string },
    weight: number,
    frames: readonly string[],
  ): void {
    const timeMs = (timeUs - this.#options.beganUs) / 1000;
    this.#builder.add({ pid, tid, name, timeMs, weight }, frames);
  }
}
