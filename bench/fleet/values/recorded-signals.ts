// Series that a real machine has told, replayed for a simulated node. In: pieces of the recording. Out: values that move as
// the recorded ones did, at the scale of the node and never twice the same way.
//
// Invariants: a counter does not fall; a gauge stays within what was recorded, at the scale of the node; what did not
// change in the recording does not change here; all values are multiples of the step that the recorded ones have.

import type { SeriesDefinition } from '../../../shared/model/metric.ts';
import type { RecordedSeries } from '../recording.ts';
import type { Moment, SignalGroup } from './moment.ts';
import type { Random } from './random.ts';
import { changeOver, sumsOf } from './replay.ts';

/** One series of the recording, the same for all nodes. */
export interface RecordedSignal {
  readonly definition: SeriesDefinition;
  readonly sums: Float64Array;
  readonly first: number;
  readonly low: number;
  readonly high: number;
  /** The greatest whole number of which all values are multiples. */
  readonly step: number;
  /** How much of the memory of a job is in it: 1, -1 or 0. */
  readonly jobShare: number;
}

export interface NodeScale {
  readonly counters: number;
  /** Of figures of memory. */
  readonly memory: number;
}

const jitter = 0.06;
/** The recorded machine has few cores, and its own loopback is faster than a wire. */
const ofCores = 4;
const ofLoopback = 0.2;
const withJobs: ReadonlyMap<string, number> = new Map([
  ['node_memory_MemFree_bytes', -1],
  ['node_memory_MemAvailable_bytes', -1],
  ['node_memory_AnonPages_bytes', 1],
  ['node_memory_Active_anon_bytes', 1],
  ['node_memory_Committed_AS_bytes', 1],
  ['node_memory_numa_MemUsed', 1],
  ['node_memory_numa_MemFree', -1],
]);

export function prepareSignal(series: RecordedSeries, definition: SeriesDefinition): RecordedSignal {
  const sums = sumsOf(series);
  const levels = [...sums].map((sum) => sum + series.first);
  return {
    definition,
    sums,
    first: series.first,
    low: levels.reduce((a, b) => Math.min(a, b)),
    high: levels.reduce((a, b) => Math.max(a, b)),
    step:
      series.changes.reduce((step, change) => divisor(step, Math.abs(change)), Math.abs(series.first)) || 1,
    jobShare: withJobs.get(definition.metric) ?? 0,
  };
}

export class RecordedSignals implements SignalGroup {
  readonly series: readonly SeriesDefinition[];
  readonly #signals: readonly RecordedSignal[];
  readonly #scales: Float64Array;
  readonly #levels: Float64Array;

  constructor(signals: readonly RecordedSignal[], scale: NodeScale, random: Random) {
    this.#signals = signals;
    this.series = signals.map(({ definition }) => definition);
    this.#scales = Float64Array.from(signals, (signal) => scaleOf(signal, scale));
    // Gauges begin where they were together at one recorded second.
    const second = random.below(signals[0]?.sums.length ?? 1);
    this.#levels = Float64Array.from(signals, (signal, place) => {
      const own = this.#scales[place] ?? 1;
      const isMovingCounter = signal.definition.kind === 'counter' && signal.low !== signal.high;
      const level = isMovingCounter
        ? signal.first * random.between(0.1, 3)
        : signal.first + (signal.sums[second] ?? 0);
      return onStep(level * own, signal.step);
    });
  }

  write(row: Float64Array, at: number, moment: Moment): void {
    const levels = this.#levels;
    for (let place = 0; place < this.#signals.length; place += 1) {
      const signal = this.#signals[place];
      if (signal === undefined) continue;
      const change = changeOver(signal.sums, moment.pieces);
      if (change !== 0) levels[place] = this.#moved(place, signal, change, moment.random);
      let level = levels[place] ?? 0;
      if (signal.jobShare !== 0)
        level = Math.max(signal.step * 64, level + signal.jobShare * moment.jobBytes);
      row[at + place] = level / 10 ** signal.definition.decimals;
    }
  }

  reset(): void {
    for (const [place, { definition, low, high }] of this.#signals.entries()) {
      if (definition.kind === 'counter' && low !== high) this.#levels[place] = 0;
    }
  }

  #moved(place: number, signal: RecordedSignal, change: number, random: Random): number {
    const scale = this.#scales[place] ?? 1;
    const level = this.#levels[place] ?? 0;
    const moved = onStep(change * scale * (1 + jitter * random.bell()), signal.step);
    if (signal.definition.kind === 'counter') return level + Math.max(0, moved);
    const low = signal.low * scale;
    const high = signal.high * scale;
    // Mirrored at the ends of what is possible.
    const next = level + moved;
    if (next >= low && next <= high) return next;
    const mirrored = level - moved;
    return mirrored >= low && mirrored <= high ? mirrored : level;
  }
}

function scaleOf({ definition, low, high }: RecordedSignal, scale: NodeScale): number {
  if (definition.metric.startsWith('node_memory_')) {
    return definition.metric.endsWith('_total') ? scale.counters : scale.memory;
  }
  if (low === high) return 1;
  if (/^node_(load|procs_running)/.test(definition.metric)) return ofCores;
  if (definition.labels['device'] === 'eth0') return scale.counters * ofLoopback;
  return definition.kind === 'counter' ? scale.counters : 1;
}

function onStep(value: number, step: number): number {
  return Math.round(value / step) * step;
}

function divisor(a: number, b: number): number {
  let [large, small] = [a, b];
  while (small > 0) [large, small] = [small, large % small];
  return large;
}
