// The data that every engine is fed. In: a size. Out: ticks in the order in which they arrive: a past first, in batches of many
// ticks of one node, then the present, tick by tick over all nodes. The same for whoever asks.
import type { MetricTick } from '../../shared/model/metric.ts';
import { planFleet } from '../fleet/values/fleet-plan.ts';
import { NodeValues } from '../fleet/values/node-values.ts';

export interface NodeTicks {
  readonly node: string;
  readonly ticks: readonly MetricTick[];
}

/** What is handed over at once. */
export type Portion = readonly NodeTicks[];

export interface DataSetOptions {
  readonly name: string;
  readonly nodes: number;
  readonly series: number;
  /** How long it is, and how much of it arrives live. */
  readonly hours: number;
  readonly liveHours: number;
  /** ms since the Unix epoch: just after its last tick. */
  readonly endMs: number;
}

export const everyMs = 5_000;
/** Ticks of a batch of the past: as many as an agent's backlog may hold in one. */
const ticksOfBatch = 60;
/** Samples that are handed over at once, about. */
const samplesAtOnce = 10_000;
const hourMs = 3_600_000;
const seed = 20;

export class DataSet {
  readonly options: DataSetOptions;
  readonly nodes: readonly string[];
  readonly startMs: number;
  readonly liveFromMs: number;
  readonly #values: readonly NodeValues[];

  constructor(options: DataSetOptions) {
    this.options = options;
    const { nodes, series, hours, liveHours, endMs } = options;
    this.startMs = endMs - Math.round((hours * hourMs) / everyMs) * everyMs;
    this.liveFromMs = endMs - Math.round((liveHours * hourMs) / everyMs) * everyMs;
    const plan = planFleet({ nodes, series, seed, startMs: this.startMs });
    this.nodes = plan.nodes.map(({ name }) => name);
    this.#values = plan.nodes.map((node) => new NodeValues(plan, node));
  }

  *past(): Generator<Portion> {
    for (let fromMs = this.startMs; fromMs < this.liveFromMs; fromMs += ticksOfBatch * everyMs) {
      const toMs = Math.min(this.liveFromMs, fromMs + ticksOfBatch * everyMs);
      const times = timesBetween(fromMs, toMs);
      yield* this.#portions((values) => times.map((timeMs) => values.tick(timeMs)));
    }
  }

  *present(): Generator<Portion> {
    for (const timeMs of timesBetween(this.liveFromMs, this.options.endMs)) yield* this.moment(timeMs);
  }

  /** One tick of all nodes; later than all before. */
  moment(timeMs: number): Generator<Portion> {
    return this.#portions((values) => [values.tick(timeMs)]);
  }

  *#portions(ticksOf: (values: NodeValues) => readonly MetricTick[]): Generator<Portion> {
    let portion: NodeTicks[] = [];
    let samples = 0;
    for (const [index, values] of this.#values.entries()) {
      const ticks = ticksOf(values);
      portion.push({ node: this.nodes[index] ?? '', ticks });
      samples += ticks.length * (ticks[0]?.values.length ?? 0);
      if (samples < samplesAtOnce) continue;
      yield portion;
      portion = [];
      samples = 0;
    }
    if (portion.length > 0) yield portion;
  }
}

export function samplesOf(portion: Portion): number {
  let samples = 0;
  for (const { ticks } of portion)
    for (const { values } of ticks) for (const value of values) if (!Number.isNaN(value)) samples += 1;
  return samples;
}

function timesBetween(fromMs: number, toMs: number): readonly number[] {
  return Array.from(
    { length: Math.round((toMs - fromMs) / everyMs) },
    (_, index) => fromMs + index * everyMs,
  );
}
