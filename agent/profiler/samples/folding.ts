// Gives each sample of a recording its weight and its names. In: samples and switches in the words of `perf script`, the files of the
// recording. Out: the builder with the samples of the target. Names that perf does not know come from maps of code made at run time.
import { readFileSync } from 'node:fs';
import { profileLimits } from '../../../shared/model/profile.ts';
import { type SampledEvent, switchEvent } from '../perf/sampled-event.ts';
import { parseLabelledFrame, unknown } from '../symbols/perf-frame.ts';
import { type JitLack, JitMaps } from '../symbols/symbol-jit-map.ts';
import { anonymousLabel, type MappedFile } from '../symbols/symbol-records.ts';
import type { Target } from '../target/target.ts';
import type { ScriptMoment, ScriptSample, ScriptTaker } from './perf-script-text.ts';
import { SampleBuilder } from './sample-builder.ts';
import { StackTreeBuilder } from './stack-tree-builder.ts';
import { Waits } from './waits.ts';

export interface FoldingOptions {
  readonly target: Pick<Target, 'isOpen' | 'members'>;
  readonly event: Pick<SampledEvent, 'unit'>;
  /** Begin and end of the recording, microseconds of the clock with which perf recorded. */
  readonly beganUs: number;
  readonly endedUs: number;
  readonly files: ReadonlyMap<string, MappedFile>;
  /** Frames without a symbol show where in their file they are. */
  readonly withAddresses: boolean;
  /** perf tells functions apart that the compiler put into their callers. */
  readonly withInlined?: boolean;
}

export class Folding implements ScriptTaker {
  readonly #builder: SampleBuilder;
  readonly #options: FoldingOptions;
  readonly #waits: Waits;
  readonly #jitMaps: JitMaps;
  readonly #jitSuffix = ` (${anonymousLabel})`;

  constructor(options: FoldingOptions) {
    this.#options = options;
    const parse = (text: string) => parseLabelledFrame(text, options.files);
    this.#builder = new SampleBuilder(new StackTreeBuilder(), profileLimits, parse);
    this.#waits = new Waits((wait) => this.#add(wait, wait.lastedUs, wait.frames));
    this.#jitMaps = new JitMaps((pid) => options.target.members.get(pid)?.uid);
  }

  get jitLacks(): ReadonlyMap<number, JitLack> {
    return this.#jitMaps.lacks;
  }

  readonly programOf = (pid: number): string =>
    this.#options.target.members.get(pid)?.name ?? nameOfLiving(pid) ?? 'a program';

  sample(sample: ScriptSample, frames: readonly string[]): void {
    if (!this.#isWanted(sample)) return;
    const placed = this.#options.withInlined === true ? placeInlined(frames) : frames;
    if (sample.event.startsWith(switchEvent)) return this.#waits.place(sample, placed);
    this.#add(sample, this.#weightOf(sample), placed);
  }

  unnamed(pid: number, address: string, frame: string): string {
    const isJit = frame.endsWith(this.#jitSuffix);
    if (isJit && this.#isWanted({ pid })) {
      const name = this.#jitMaps.nameAt(pid, Number.parseInt(address, 16));
      if (name !== undefined && name !== '') return name + this.#jitSuffix;
    }
    if (!this.#options.withAddresses) return frame;
    return `0x${address}${frame.slice(unknown.length)}`;
  }

  switched(moment: ScriptMoment, how: 'in' | 'out' | 'preempted'): void {
    if (this.#isWanted(moment)) this.#waits.switched(moment, how);
  }

  end(): SampleBuilder {
    this.#waits.close(this.#options.endedUs);
    this.#builder.dropped = this.#waits.dropped;
    return this.#builder;
  }

  /** A clock's period is in nanoseconds. */
  #weightOf({ period }: ScriptSample): number {
    const { unit } = this.#options.event;
    if (unit === 'samples') return 1;
    return unit === 'microseconds' ? Math.round(period / 1000) : period;
  }

  #isWanted({ pid }: Pick<ScriptMoment, 'pid'>): boolean {
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

const inlined = ' (inlined)';

/** An inlined function lies in the file of the one that it was put into, which comes after it. */
function placeInlined(frames: readonly string[]): readonly string[] {
  let file = '';
  return frames
    .toReversed()
    .map((frame) => {
      if (frame.endsWith(inlined)) return frame.slice(0, -inlined.length) + file;
      file = frame.slice(Math.max(0, frame.lastIndexOf(' (')));
      return frame;
    })
    .toReversed();
}

function nameOfLiving(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    // It has ended.
    return undefined;
  }
}
