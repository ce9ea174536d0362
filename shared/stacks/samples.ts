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
  eachChosen(samples, { unit, choice }, (sample, weight, beginMs) => {
    if (!isWanted(samples.nodes[sample] ?? 0)) return;
    spread(weights, { begin: (beginMs - fromMs) / stepMs, length: lasting(unit, weight) / stepMs, weight });
  });
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

/** Lays a weight upon cells, evenly over its length; what lies outside of them is left out. */
function spread(
  cells: Float64Array,
  at: { readonly begin: number; readonly length: number; readonly weight: number },
): void {
  const { begin, length, weight } = at;
  const first = Math.floor(begin);
  if (length === 0) {
    if (first >= 0 && first < cells.length) cells[first] = (cells[first] ?? 0) + weight;
    return;
  }
  const end = begin + length;
  for (let cell = Math.max(0, first); cell < Math.min(cells.length, end); cell += 1) {
    const inside = Math.min(end, cell + 1) - Math.max(begin, cell);
    cells[cell] = (cells[cell] ?? 0) + (weight * inside) / length;
  }
}
