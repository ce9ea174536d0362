// The metrics of one simulated node, tick by tick. In: its plan, times that ascend. Out: ticks. The same plan and the same
// times give the same ticks.
//
// Invariants: counters only grow until the node boots; no stretch of values comes twice; what a job brings is absent after it.
import type { MetricTick, SeriesDefinition } from '../../../shared/model/metric.ts';
import { type Application, applications } from './application.ts';
import { CoreSignals } from './core-signals.ts';
import { DeviceSignals } from './device-signals.ts';
import type { FleetPlan, NodePlan } from './fleet-plan.ts';
import { JobSignals } from './job-signals.ts';
import type { Job } from './job-timeline.ts';
import type { Moment, SignalGroup } from './moment.ts';
import { Random, seedOf } from './random.ts';
import { RecordedSignals } from './recorded-signals.ts';
import { Replay } from './replay.ts';

const firstSeconds = 5;
const pageBytes = 4096;
/** How fast a job takes the memory it needs, for each second. */
const memoryInertia = 0.02;
const interactive = { idle: 10, fork: 1.5, 'half-cpu': 0.5, disk: 0.5 };
const idle = { idle: 1 };

export class NodeValues {
  readonly #plan: FleetPlan;
  readonly #node: NodePlan;
  readonly #random: Random;
  readonly #replay: Replay;
  readonly #cores: CoreSignals;
  readonly #groups: readonly SignalGroup[];
  readonly #baseCount: number;
  readonly #jobSignals = new JobSignals();
  readonly #weights: ReadonlyMap<Application | null, readonly number[]>;
  #series: SeriesDefinition[];
  #job: Job | null = null;
  #jobAt = -1;
  #jobBytes = 0;
  #lastMs = 0;

  constructor(plan: FleetPlan, node: NodePlan) {
    this.#plan = plan;
    this.#node = node;
    this.#random = new Random(seedOf(plan.seed, 4, node.index));
    this.#replay = new Replay(plan.recording, this.#random);
    const idleWeights = weightsOf(plan, node.role === 'compute' ? idle : interactive);
    this.#weights = new Map<Application | null, readonly number[]>([
      [null, idleWeights],
      ...applications.map((each) => [each, weightsOf(plan, each.loads)] as const),
    ]);
    const { recording, cores: recorded, coreSeries: series } = plan;
    const random = this.#random;
    this.#cores = new CoreSignals({ cores: node.cores, series, recording, recorded, random, idleWeights });
    this.#groups = this.#createGroups();
    this.#series = this.#baseSeries();
    this.#baseCount = this.#series.length;
  }

  /** The job at the last tick. */
  get job(): Job | null {
    return this.#job;
  }

  /** Share of the cores that were busy at the last tick. */
  get busyShare(): number {
    return this.#cores.busyShare;
  }

  /** Memory that the job has, bytes. */
  get jobBytes(): number {
    return this.#jobBytes;
  }

  tick(timeMs: number): MetricTick {
    const moment = this.#advance(timeMs);
    this.#followJob();
    const values = new Float64Array(this.#series.length).fill(Number.NaN, this.#baseCount);
    let at = 0;
    for (const group of this.#groups) {
      group.write(values, at, moment);
      at += group.series.length;
    }
    if (this.#job !== null && this.#jobAt >= 0) {
      this.#jobSignals.write(values, this.#jobAt, moment, this.busyShare * this.#node.cores);
    }
    return { timeMs, series: this.#series, values };
  }

  /** Counters begin at zero, and nothing runs yet. */
  reboot(): void {
    for (const group of this.#groups) group.reset();
    this.#jobBytes = 0;
  }

  #advance(timeMs: number): Moment {
    const { timeline } = this.#plan;
    const { computeIndex, memoryBytes } = this.#node;
    const passed = this.#lastMs === 0 ? firstSeconds : Math.round((timeMs - this.#lastMs) / 1000);
    const seconds = Math.max(1, passed);
    this.#lastMs = timeMs;
    const job = computeIndex < 0 ? null : timeline.jobAt(computeIndex, timeMs);
    if (job?.id !== this.#job?.id) this.#replay.interrupt();
    this.#job = job;
    const [least, most] = job?.application.memory ?? [0, 0];
    const wanted = (least + (((job?.seed ?? 0) >>> 0) / 2 ** 32) * (most - least)) * memoryBytes;
    const trembling = job === null ? 0 : 0.002 * this.#random.bell();
    const next = this.#jobBytes + (wanted - this.#jobBytes) * Math.min(1, memoryInertia * seconds);
    this.#jobBytes = Math.max(0, Math.round((next * (1 + trembling)) / pageBytes) * pageBytes);
    const pieces = this.#replay.advance(seconds, this.#weights.get(job?.application ?? null) ?? []);
    const { load } = this.#replay;
    return { timeMs, seconds, job, jobBytes: this.#jobBytes, pieces, load, random: this.#random };
  }

  #followJob(): void {
    if (!this.#node.hasDevices || this.#job === null) return;
    const begun = this.#jobSignals.begin(this.#job);
    if (begun === null) return;
    if (begun.fresh) this.#series = this.#baseSeries();
    this.#jobAt = this.#series.length;
    this.#series.push(...begun.series);
  }

  #baseSeries(): SeriesDefinition[] {
    return this.#groups.flatMap(({ series }) => series);
  }

  #createGroups(): readonly SignalGroup[] {
    const { signals, meters } = this.#plan;
    const { memoryBytes, recordedSeries, hasDevices, gpus, cores } = this.#node;
    const total = signals.find(({ definition }) => definition.metric === 'node_memory_MemTotal_bytes');
    const memory = total === undefined ? 1 : memoryBytes / total.first;
    const counters = Math.exp(0.4 * this.#random.bell());
    const chosen = signals.slice(0, recordedSeries);
    const recorded = new RecordedSignals(chosen, { counters, memory }, this.#random);
    if (!hasDevices) return cores > 0 ? [this.#cores, recorded] : [recorded];
    const devices = new DeviceSignals(gpus > 0 ? meters.gpu : meters.plain, () => this.busyShare);
    return [this.#cores, recorded, devices];
  }
}

function weightsOf({ recording }: FleetPlan, loads: Readonly<Record<string, number>>): readonly number[] {
  return recording.loads.map(({ name }) => loads[name] ?? 0);
}
