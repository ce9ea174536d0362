// A recording of simulated processes. In: the processes, what is sampled, from when to when. Out: a tree of stacks, threads and
// samples in order of time, as a profiler hands them on.
// Bounds: so many samples; of more, each stands for several.
import type {
  Frame,
  ProfiledThread,
  ProfileEvent,
  SampleColumns,
  StackTree,
} from '../../../shared/model/profile.ts';
import { StacksBuilder, toTree } from '../../../shared/stacks/stacks-builder.ts';
import type { CallPath, CallPaths } from './call-paths.ts';
import type { Random } from './random.ts';
import { type Part, type Piece, piecesOf } from './rhythm.ts';

export interface SampledPart extends Part {
  readonly thread: ProfiledThread;
  readonly paths: CallPaths;
}

export interface Recording {
  readonly parts: readonly SampledPart[];
  readonly event: ProfileEvent;
  readonly frequencyHz: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly mostSamples: number;
}

export interface RecordedProcesses {
  readonly tree: StackTree;
  readonly threads: readonly ProfiledThread[];
  readonly samples: SampleColumns & { readonly timesMs: readonly number[] };
  /** How many the samples stand for. */
  readonly count: number;
}

const interrupts: readonly Frame[] = [
  'asm_sysvec_apic_timer_interrupt',
  'sysvec_apic_timer_interrupt',
  'hrtimer_interrupt',
].map((name) => ({ function: name, module: '[kernel]' }));
const shareOfInterrupts = 0.012;
const shareOfCallers = 0.08;
/** At most so much of its time one that serves is on a CPU. */
const shareOfServers = 0.04;
/** Events in a second of running. */
const rates: Readonly<Record<Exclude<ProfileEvent, 'cpu-clock' | 'wall'>, number>> = {
  cycles: 2.6e9,
  instructions: 4.1e9,
  'cache-misses': 3.1e6,
  'branch-misses': 8.5e6,
  'page-faults': 420,
};

export function recordStacks(recording: Recording, random: Random): RecordedProcesses {
  const { parts, frequencyHz, fromMs, toMs, mostSamples } = recording;
  const busy = parts.reduce((sum, { kind }) => sum + (kind === 'server' ? shareOfServers : 1), 0);
  const expected = (busy * frequencyHz * (toMs - fromMs)) / 1000;
  const each = Math.max(1, Math.ceil(expected / mostSamples));
  const recorder = new Recorder(recording, random, each);
  for (const [thread, part] of parts.entries()) recorder.record(thread, part);
  return recorder.recorded();
}

class Recorder {
  readonly #recording: Recording;
  readonly #random: Random;
  /** Samples that one stands for. */
  readonly #each: number;
  readonly #builder = new StacksBuilder();
  readonly #leaves = new Map<string, number>();
  readonly #numbers = new Map<readonly CallPath[], number>();
  readonly #rows: {
    readonly timeMs: number;
    readonly thread: number;
    readonly node: number;
    readonly weight: number;
  }[] = [];
  #count = 0;

  constructor(recording: Recording, random: Random, each: number) {
    this.#recording = recording;
    this.#random = random;
    this.#each = each;
  }

  record(thread: number, part: SampledPart): void {
    const { event, frequencyHz, fromMs, toMs } = this.#recording;
    const everyMs = (1000 * this.#each) / frequencyHz;
    let nextMs = fromMs + this.#random.next() * everyMs;
    for (const piece of piecesOf(part, fromMs, toMs)) {
      const paths = part.paths[piece.activity];
      if (!piece.isRunning) {
        if (event === 'wall') this.#add({ thread, paths, timeMs: piece.beginMs, weight: lengthOf(piece) });
        nextMs += everyMs * Math.max(0, Math.ceil((piece.endMs - nextMs) / everyMs));
        continue;
      }
      for (; nextMs < piece.endMs; nextMs += everyMs) {
        this.#add({ thread, paths, timeMs: nextMs, weight: this.#weight() });
        this.#count += this.#each - 1;
      }
    }
  }

  recorded(): RecordedProcesses {
    const rows = this.#rows.sort((a, b) => a.timeMs - b.timeMs);
    const samples = {
      timesMs: rows.map(({ timeMs }) => Math.round(timeMs - this.#recording.fromMs)),
      threadIds: rows.map(({ thread }) => thread),
      nodes: rows.map(({ node }) => node),
      weights: rows.map(({ weight }) => weight),
    };
    const threads = this.#recording.parts.map(({ thread }) => thread);
    return { tree: toTree(this.#builder.build()), threads, samples, count: this.#count };
  }

  #weight(): number {
    const { event, frequencyHz } = this.#recording;
    if (event === 'cpu-clock') return this.#each;
    return Math.round(((event === 'wall' ? 1e6 : rates[event]) * this.#each) / frequencyHz);
  }

  #add(sample: {
    readonly thread: number;
    readonly paths: readonly CallPath[];
    readonly timeMs: number;
    readonly weight: number;
  }): void {
    const { thread, paths, timeMs, weight } = sample;
    if (paths.length === 0 || weight === 0) return;
    const node = this.#leaf(paths);
    this.#builder.add(node, weight);
    this.#rows.push({ timeMs, thread, node, weight });
    this.#count += 1;
  }

  /** Some samples end in a caller, a few within an interrupt. */
  #leaf(paths: readonly CallPath[]): number {
    const random = this.#random;
    const chosen = random.weighted(paths.map(({ weight }) => weight));
    const cut = random.next() < shareOfCallers ? 1 + random.below(2) : 0;
    const isInterrupted = random.next() < shareOfInterrupts;
    const group = this.#numbers.get(paths) ?? this.#numbers.size;
    this.#numbers.set(paths, group);
    const key = `${group}/${chosen}/${cut}/${isInterrupted}`;
    const known = this.#leaves.get(key);
    if (known !== undefined) return known;
    const frames = paths[chosen]?.frames ?? [];
    let branch = -1;
    for (const frame of frames.slice(0, Math.max(2, frames.length - cut)))
      branch = this.#child(branch, frame);
    if (isInterrupted) for (const frame of interrupts) branch = this.#child(branch, frame);
    this.#leaves.set(key, branch);
    return branch;
  }

  #child(parent: number, frame: Frame): number {
    return this.#builder.branch(parent, this.#builder.frame(frame));
  }
}

/** Microseconds. */
function lengthOf({ beginMs, endMs }: Piece): number {
  return Math.round((endMs - beginMs) * 1000);
}
