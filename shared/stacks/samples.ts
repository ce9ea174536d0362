// The single samples of a profile, in columns: when, in which thread, with which stack. In: samples and what is wanted of them.
// Out: weights by node of the tree, for a window of time or some threads; how the weight lies in time; how it spreads.
// Weights in microseconds lasted: of those that reach beyond a window, only the part that lies in it counts.
import type { ProfiledThread, WeightUnit } from '../model/profile.ts';

/** A thread that was sampled, and where. */
export interface SampledThread extends ProfiledThread {
  readonly node: string;
}

export interface StackSamples {
  readonly threads: readonly SampledThread[];
  /** Length of `timesMs`, `threadIds`, `nodes`, `weights`: one entry a sample, in order of time. */
  readonly timesMs: Float64Array;
  readonly threadIds: Uint32Array;
  /** The node of the tree in which it ended. */
  readonly nodes: Uint32Array;
  /** In the profile's unit. */
  readonly weights: Float64Array;
}

export interface SampleChoice {
  /** Absent: from the begin, to the end. `toMs` is not within. */
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  readonly isThread?: ((thread: SampledThread) => boolean) | undefined;
}

/** Weights by node of the tree. */
export function weightsOf(
  samples: StackSamples,
  {
    nodes,
    unit,
    choice,
  }: { readonly nodes: number; readonly unit: WeightUnit; readonly choice: SampleChoice },
): Float64Array {
  const self = new Float64Array(nodes);
  eachChosen(samples, { unit, choice }, (sample, weight) => {
    const node = samples.nodes[sample] ?? 0;
    if (node < nodes) self[node] = (self[node] ?? 0) + weight;
  });
  return self;
}

export interface TimeMap {
  readonly fromMs: number;
  readonly stepMs: number;
  /** Weight by cell. */
  readonly weights: Float64Array;
}

/** How the weight of the chosen samples whose node is wanted lies in time. */
export function timeMap(
  samples: StackSamples,
  options: {
    readonly unit: WeightUnit;
    readonly choice: SampleChoice;
    readonly fromMs: number;
    readonly stepMs: number;
    readonly cells: number;
    /** What there is already, to which it is added; as many as cells. */
    readonly onto?: Float64Array;
    readonly isWanted: (node: number) => boolean;
  },
): TimeMap {
  const { unit, choice, fromMs, stepMs, cells, isWanted } = options;
  const weights = options.onto ?? new Float64Array(cells);
  const course = new Course(weights);
  eachChosen(samples, { unit, choice }, (sample, weight, beginMs) => {
    if (!isWanted(samples.nodes[sample] ?? 0)) return;
    course.add({ begin: (beginMs - fromMs) / stepMs, length: lasting(unit, weight) / stepMs, weight });
  });
  course.end();
  return { fromMs, stepMs, weights };
}

export interface ThreadWeight {
  readonly thread: SampledThread;
  /** Of its chosen samples. */
  readonly all: number;
  /** Of those whose node is wanted. */
  readonly wanted: number;
}

/** What each thread has. */
export function spreadOverThreads(
  samples: StackSamples,
  options: {
    readonly unit: WeightUnit;
    readonly choice: SampleChoice;
    readonly isWanted: (node: number) => boolean;
  },
): ThreadWeight[] {
  const all = new Float64Array(samples.threads.length);
  const wanted = new Float64Array(samples.threads.length);
  eachChosen(samples, options, (sample, weight) => {
    const thread = samples.threadIds[sample] ?? 0;
    all[thread] = (all[thread] ?? 0) + weight;
    if (options.isWanted(samples.nodes[sample] ?? 0)) wanted[thread] = (wanted[thread] ?? 0) + weight;
  });
  return samples.threads.map((thread, id) => ({ thread, all: all[id] ?? 0, wanted: wanted[id] ?? 0 }));
}

function eachChosen(
  { threads, timesMs, threadIds, weights }: StackSamples,
  { unit, choice }: { readonly unit: WeightUnit; readonly choice: SampleChoice },
  visit: (sample: number, weight: number, beginMs: number) => void,
): void {
  const { fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY, isThread } = choice;
  const isIn = isThread && threads.map(isThread);
  for (let sample = 0; sample < timesMs.length; sample += 1) {
    if (isIn && isIn[threadIds[sample] ?? 0] !== true) continue;
    const begin = timesMs[sample] ?? 0;
    const weight = weights[sample] ?? 0;
    const end = begin + lasting(unit, weight);
    if (begin >= toMs || (end > begin ? end <= fromMs : begin < fromMs)) continue;
    const inside = end > begin ? (Math.min(end, toMs) - Math.max(begin, fromMs)) / (end - begin) : 1;
    visit(sample, weight * inside, Math.max(begin, fromMs));
  }
}

/** Milliseconds. */
function lasting(unit: WeightUnit, weight: number): number {
  return unit === 'microseconds' ? weight / 1000 : 0;
}

/** Cells that a weight covers are filled one by one up to here; of more only the first and the last are touched. */
const shortRun = 64;

/**
 * Lays weights upon cells, evenly over their length; what lies outside of them is left out. A weight may last as long as all
 * cells together, and there may be many such: none of them costs more than a short one.
 */
class Course {
  readonly #cells: Float64Array;
  /** By how much a cell has more than the one before, of weights that last long; and how many of them begin less how many end. */
  #rises: Float64Array | null = null;
  #begins = new Int32Array();

  constructor(cells: Float64Array) {
    this.#cells = cells;
  }

  add({ begin, length, weight }: { begin: number; length: number; weight: number }): void {
    const cells = this.#cells.length;
    const first = Math.floor(begin);
    if (length === 0) return this.#addTo(first, weight);
    const end = begin + length;
    const [from, to] = [Math.max(0, first), Math.min(cells, Math.ceil(end))];
    const fill = (cell: number): void =>
      this.#addTo(cell, (weight * (Math.min(end, cell + 1) - Math.max(begin, cell))) / length);
    if (to - from <= shortRun) {
      for (let cell = from; cell < to; cell += 1) fill(cell);
      return;
    }
    fill(from);
    fill(to - 1);
    this.#addLong(from + 1, to - 1, weight / length);
  }

  /** Lays down what lasts long. */
  end(): void {
    if (this.#rises === null) return;
    let [height, open] = [0, 0];
    for (let cell = 0; cell < this.#cells.length; cell += 1) {
      open += this.#begins[cell] ?? 0;
      // Without any, nothing is left of them; the sum may say otherwise by a hair.
      height = open === 0 ? 0 : height + (this.#rises[cell] ?? 0);
      this.#addTo(cell, height);
    }
  }

  #addLong(from: number, to: number, each: number): void {
    if (this.#rises === null) {
      this.#rises = new Float64Array(this.#cells.length + 1);
      this.#begins = new Int32Array(this.#cells.length + 1);
    }
    this.#rises[from] = (this.#rises[from] ?? 0) + each;
    this.#rises[to] = (this.#rises[to] ?? 0) - each;
    this.#begins[from] = (this.#begins[from] ?? 0) + 1;
    this.#begins[to] = (this.#begins[to] ?? 0) - 1;
  }

  #addTo(cell: number, weight: number): void {
    if (cell >= 0 && cell < this.#cells.length) this.#cells[cell] = (this.#cells[cell] ?? 0) + weight;
  }
}
