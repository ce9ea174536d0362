// Gathers the samples of a recording. In: stacks as perf writes them, with thread, time and weight. Out: a tree of stacks,
// the threads, the samples in columns, and how many frames have names.
// Bounds: too many threads are one thread `[rest]`; too many samples become sums by thread and stack. Nothing is lost.
import {
  type Frame,
  type ProfiledThread,
  profileLimits,
  type SampleColumns,
} from '../../../shared/model/profile.ts';
import { isNamed, parseFrame } from '../symbols/perf-frame.ts';
import { StackTreeBuilder } from './stack-tree-builder.ts';

export interface TakenSample {
  readonly pid: number;
  readonly tid: number;
  /** Of the thread, hostile. */
  readonly name: string;
  /** Since the begin of the profile. */
  readonly timeMs: number;
  /** In the profile's unit. */
  readonly weight: number;
}

export interface SampleLimits {
  readonly timedSamples: number;
  readonly sampledThreads: number;
}

interface FrameText {
  /** In the tree. */
  readonly number: number;
  readonly isNamed: boolean;
  count: number;
}

const restThread: ProfiledThread = { pid: 0, tid: 0, process: '[rest]', name: '[rest]', localRank: null };
/** More than a tree has nodes. */
const nodeStride = 2 ** 21;

export class SampleBuilder {
  count = 0;
  /** Found no room before they came here; they count as lost. */
  dropped = 0;
  readonly tree: StackTreeBuilder;
  readonly threads: ProfiledThread[] = [];
  readonly #limits: SampleLimits;
  readonly #threadIds = new Map<string, number>();
  readonly #frameTexts = new Map<string, FrameText>();
  readonly #parse: (text: string) => Frame;
  readonly #stack: number[] = [];
  readonly #times: number[] = [];
  readonly #of: number[] = [];
  readonly #nodes: number[] = [];
  readonly #weights: number[] = [];
  /** By thread and node, once they are too many. */
  #sums: Map<number, number> | undefined;
  #frames = 0;
  #named = 0;

  constructor(tree = new StackTreeBuilder(), limits: SampleLimits = profileLimits, parse = parseFrame) {
    this.tree = tree;
    this.#limits = limits;
    this.#parse = parse;
  }

  /** `frames`: leaf first; none at all is one without a name. */
  add(sample: TakenSample, frames: readonly string[]): void {
    this.count += 1;
    for (const frame of frames) this.#stack.push(this.#frame(frame));
    if (frames.length === 0) this.#stack.push(this.#frame(''));
    const node = this.tree.add(this.#stack, sample.weight);
    this.#stack.length = 0;
    this.#keep(this.#thread(sample), node, sample);
  }

  /** In order of time, or as sums. */
  samples(): SampleColumns {
    if (this.#sums !== undefined) return columnsOf(this.#sums);
    const order = this.#times.map((_time, place) => place);
    order.sort((a, b) => (this.#times[a] ?? 0) - (this.#times[b] ?? 0) || a - b);
    const sorted = (column: readonly number[]): number[] => order.map((place) => column[place] ?? 0);
    return {
      timesMs: sorted(this.#times),
      threadIds: sorted(this.#of),
      nodes: sorted(this.#nodes),
      weights: sorted(this.#weights),
    };
  }

  /** Share of the frames of all samples that have a name; 1 when there are none. */
  get namedShare(): number {
    return this.#frames === 0 ? 1 : this.#named / this.#frames;
  }

  /** The texts of frames without a name → how many frames of all samples. */
  get unnamed(): ReadonlyMap<string, number> {
    const unnamed = [...this.#frameTexts].filter(([, { isNamed }]) => !isNamed);
    return new Map(unnamed.map(([text, { count }]) => [text, count]));
  }

  /** Frames of all samples. */
  get frameCount(): number {
    return this.#frames;
  }

  #frame(text: string): number {
    const known = this.#frameTexts.get(text) ?? this.#newFrame(text);
    known.count += 1;
    this.#frames += 1;
    if (known.isNamed) this.#named += 1;
    return known.number;
  }

  #newFrame(text: string): FrameText {
    const frame = this.#parse(text);
    const known = { number: this.tree.frame(frame), isNamed: isNamed(frame), count: 0 };
    // Beyond the bound every new frame is the same one; remembering its texts would have no end.
    if (known.number !== 0) this.#frameTexts.set(text, known);
    return known;
  }

  #thread({ pid, tid, name }: TakenSample): number {
    const key = `${pid}/${tid}`;
    const known = this.#threadIds.get(key);
    if (known !== undefined) return known;
    const isFull = this.threads.length >= this.#limits.sampledThreads - 1;
    if (isFull) return this.#restThread();
    const id = this.threads.push({ pid, tid, process: '', name, localRank: null }) - 1;
    this.#threadIds.set(key, id);
    return id;
  }

  #restThread(): number {
    const known = this.#threadIds.get('');
    if (known !== undefined) return known;
    const id = this.threads.push(restThread) - 1;
    this.#threadIds.set('', id);
    return id;
  }

  #keep(thread: number, node: number, { timeMs, weight }: TakenSample): void {
    if (this.#sums === undefined && this.#times.length >= this.#limits.timedSamples) this.#sumUp();
    if (this.#sums !== undefined) return addTo(this.#sums, thread * nodeStride + node, weight);
    this.#times.push(Math.max(0, Math.round(timeMs)));
    this.#of.push(thread);
    this.#nodes.push(node);
    this.#weights.push(weight);
  }

  #sumUp(): void {
    this.#sums = new Map();
    for (const [place, node] of this.#nodes.entries()) {
      addTo(this.#sums, (this.#of[place] ?? 0) * nodeStride + node, this.#weights[place] ?? 0);
    }
    for (const column of [this.#times, this.#of, this.#nodes, this.#weights]) column.length = 0;
  }
}

function addTo(sums: Map<number, number>, key: number, weight: number): void {
  sums.set(key, (sums.get(key) ?? 0) + weight);
}

function columnsOf(sums: ReadonlyMap<number, number>): SampleColumns {
  const keys = [...sums.keys()].sort((a, b) => a - b);
  return {
    timesMs: null,
    threadIds: keys.map((key) => Math.floor(key / nodeStride)),
    nodes: keys.map((key) => key % nodeStride),
    weights: keys.map((key) => sums.get(key) ?? 0),
  };
}
