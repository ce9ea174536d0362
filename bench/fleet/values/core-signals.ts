// Times and clocks of the cores of a simulated node. In: the job that runs there, the recorded times of real cores. Out: for
// each core the seconds in user, system, iowait and idle mode and its frequency, and the sums of the node.
//
// Invariant: the modes of a core together grow by the time that passed.

import type { SeriesDefinition } from '../../../shared/model/metric.ts';
import type { Recording } from '../recording.ts';
import type { Moment, SignalGroup } from './moment.ts';
import type { Random } from './random.ts';
import { changeOver, Replay, sumsOf } from './replay.ts';

const modes = ['user', 'system', 'iowait', 'idle'] as const;
const otherModes = ['nice', 'irq', 'softirq', 'steal'] as const;
const ticksPerSecond = 100;
const jitterTicks = 1.6;
const slowestKilohertz = 800_000;

/** Sums of user, system and iowait of one recorded core. */
export type RecordedCore = readonly Float64Array[];

export function recordedCores(recording: Recording): readonly RecordedCore[] {
  const cpus = new Set<string>();
  for (const { metric, labels } of recording.series)
    if (metric === 'node_cpu_seconds_total') cpus.add(labels['cpu'] ?? '');
  return [...cpus].map((cpu) =>
    modes.slice(0, 3).map((mode) => {
      const found = recording.series.find(
        ({ metric, labels }) =>
          metric === 'node_cpu_seconds_total' && labels['cpu'] === cpu && labels['mode'] === mode,
      );
      if (found === undefined) throw new Error(`the recording has no mode ${mode} of core ${cpu}`);
      return sumsOf(found);
    }),
  );
}

export interface CoreOptions {
  readonly cores: number;
  /** As `coreSeries` gives them: one list for all nodes. */
  readonly series: readonly SeriesDefinition[];
  readonly recording: Recording;
  readonly recorded: readonly RecordedCore[];
  readonly random: Random;
  /** One for each recorded load: 1 for the load of a core without work. */
  readonly idleWeights: readonly number[];
}

interface Core {
  readonly replay: Replay;
  readonly recorded: RecordedCore;
  /** Clock ticks in each mode. */
  readonly ticks: Float64Array;
  readonly fastestKilohertz: number;
  kilohertz: number;
  wasBusy: boolean;
  load: number;
}

export class CoreSignals implements SignalGroup {
  readonly series: readonly SeriesDefinition[];
  readonly #cores: readonly Core[];
  readonly #weights: readonly (readonly number[])[];
  readonly #idleWeights: readonly number[];
  readonly #others = new Float64Array(otherModes.length);
  /** Share of the cores that were busy in the last tick, 0 to 1. */
  busyShare = 0;

  constructor({ cores, series, recording, recorded, random, idleWeights }: CoreOptions) {
    this.series = series;
    this.#idleWeights = idleWeights;
    this.#weights = recording.loads.map((_, load) =>
      recording.loads.map((_each, place) => Number(place === load)),
    );
    this.#cores = Array.from({ length: cores }, (_, index) => ({
      replay: new Replay(recording, random),
      recorded: recorded[index % recorded.length] ?? [],
      ticks: Float64Array.from(modes, () => random.below(40_000_000)),
      fastestKilohertz: 3_000_000 + random.below(300_000),
      kilohertz: slowestKilohertz,
      wasBusy: false,
      load: -1,
    }));
    for (const place of this.#others.keys()) this.#others[place] = random.below(100_000);
  }

  write(row: Float64Array, at: number, moment: Moment): void {
    const used = Math.round((moment.job?.application.cores ?? 0) * this.#cores.length);
    const sums = [0, 0, 0, 0];
    let busyTicks = 0;
    for (const [index, core] of this.#cores.entries()) {
      busyTicks += this.#advance(core, index < used, moment);
      for (const place of modes.keys()) {
        const ticks = core.ticks[place] ?? 0;
        sums[place] = (sums[place] ?? 0) + ticks;
        row[at + index * modes.length + place] = ticks / ticksPerSecond;
      }
      row[at + this.#cores.length * modes.length + index] = core.kilohertz * 1000;
    }
    this.busyShare = busyTicks / (moment.seconds * ticksPerSecond * Math.max(1, this.#cores.length));
    const totals = at + this.#cores.length * (modes.length + 1);
    for (const [place, sum] of sums.entries()) row[totals + place] = sum / ticksPerSecond;
    this.#writeOthers(row, totals + modes.length, moment);
  }

  reset(): void {
    for (const { ticks } of this.#cores) ticks.fill(0);
    this.#others.fill(0);
  }

  /** The clock ticks in which it had work. */
  #advance(core: Core, isBusy: boolean, { seconds, load, random }: Moment): number {
    if (core.wasBusy !== isBusy || (isBusy && core.load !== load)) core.replay.interrupt();
    core.wasBusy = isBusy;
    core.load = load;
    const weights = isBusy ? (this.#weights[load] ?? this.#idleWeights) : this.#idleWeights;
    const pieces = core.replay.advance(seconds, weights);
    const passed = seconds * ticksPerSecond;
    let left = passed;
    for (const [place, sums] of core.recorded.entries()) {
      const change = changeOver(sums, pieces);
      const ticks = change <= 0 ? 0 : Math.round(change + jitterTicks * random.bell());
      const taken = Math.min(left, Math.max(0, ticks));
      core.ticks[place] = (core.ticks[place] ?? 0) + taken;
      left -= taken;
    }
    core.ticks[modes.length - 1] = (core.ticks[modes.length - 1] ?? 0) + left;
    core.kilohertz = kilohertzOf(core, 1 - left / passed, random);
    return passed - left;
  }

  #writeOthers(row: Float64Array, at: number, { seconds, random }: Moment): void {
    for (const [place, mode] of otherModes.entries()) {
      if (mode === 'softirq') {
        this.#others[place] =
          (this.#others[place] ?? 0) + Math.round(seconds * this.busyShare * random.between(0, 20));
      }
      row[at + place] = (this.#others[place] ?? 0) / ticksPerSecond;
    }
  }
}

/** A core without work stays at its slowest; one with work moves about below its fastest. */
function kilohertzOf(core: Core, busy: number, random: Random): number {
  if (busy < 0.02) return slowestKilohertz;
  const wanted = slowestKilohertz + (core.fastestKilohertz - slowestKilohertz) * Math.min(1, busy * 1.3);
  return Math.round(Math.min(core.fastestKilohertz, wanted + 60_000 * random.bell()));
}

export function coreSeries(cores: number): readonly SeriesDefinition[] {
  const all = Array.from({ length: cores }, (_, cpu) => String(cpu));
  return [
    ...all.flatMap((cpu) =>
      modes.map((mode) => signal('node_cpu_seconds_total', 'counter', 2, { cpu, mode })),
    ),
    ...all.map((cpu) => signal('node_cpu_scaling_frequency_hertz', 'gauge', 0, { cpu })),
    ...[...modes, ...otherModes].map((mode) => signal('jidi_cpu_seconds_total', 'counter', 2, { mode })),
  ];
}

function signal(
  metric: string,
  kind: SeriesDefinition['kind'],
  decimals: number,
  labels: SeriesDefinition['labels'],
): SeriesDefinition {
  return { metric, kind, decimals, labels };
}
