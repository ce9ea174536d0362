// Many simulated agents in one process, on one timer. In: a plan, a place to connect to. Out: their streams, until it is
// stopped. All ticks are aligned to the wall clock; sending is spread over the interval, as real agents do.
import { setTimeout as delay } from 'node:timers/promises';
import type { Security } from '../../../agent/uplink/grpc-connection.ts';
import type { FleetPlan, NodePlan } from '../values/fleet-plan.ts';
import { Random, seedOf } from '../values/random.ts';
import { FleetAgent } from './fleet-agent.ts';
import { FleetStatistics } from './fleet-statistics.ts';
import { Turns } from './turns.ts';

export interface FleetRunOptions {
  readonly plan: FleetPlan;
  /** Those of the plan that run here. */
  readonly nodes: readonly NodePlan[];
  readonly target: string;
  readonly intervalMs: number;
  readonly sendsProcesses: boolean;
  readonly hasControl: boolean;
  readonly bufferedBatches: number;
  /** Shares of the agents, 0 to 1. */
  readonly slowShare: number;
  readonly greedyShare: number;
  /** Share of the nodes that are switched off in a minute, to come back later. */
  readonly churnPerMinute: number;
  /** Time over which the first connections are spread. */
  readonly startWithinMs: number;
  readonly credentials?: (node: string) => Security;
}

interface Place {
  readonly agent: FleetAgent;
  readonly intervalMs: number;
  readonly jitterMs: number;
  nextMs: number;
  nextBeatMs: number;
  onAtMs: number;
}

const lookEveryMs = 20;
const beatEveryMs = 10_000;
/** A heartbeat goes with a tick when it would be due so soon. */
const beatEarlyMs = 1_000;
/** While it ends: how often it asks for receipts. */
const askEveryMs = 1_000;
/** A greedy agent sends so many times as often. */
const greed = 10;
const offMs = { least: 5_000, most: 20_000 };

export class Fleet {
  readonly statistics = new FleetStatistics();
  readonly #turns = new Turns();
  readonly #options: FleetRunOptions;
  readonly #places: readonly Place[];
  readonly #random: Random;
  #timer: NodeJS.Timeout | undefined;
  #started = 0;
  #lastLookMs = 0;

  constructor(options: FleetRunOptions) {
    this.#options = options;
    this.#random = new Random(seedOf(options.plan.seed, 6, options.nodes[0]?.index ?? 0));
    this.#places = options.nodes.map((node) => this.#place(node));
  }

  get agents(): number {
    return this.#places.length;
  }

  get streaming(): number {
    return this.#places.reduce((sum, { agent }) => sum + Number(agent.isStreaming), 0);
  }

  /** Nodes that are switched off now. */
  get off(): number {
    return this.#places.reduce((sum, { agent }) => sum + Number(agent.isOff), 0);
  }

  /** Batches from before a reconnect that are not sent yet. */
  get backlog(): number {
    return this.#places.reduce((sum, { agent }) => sum + agent.backlog, 0);
  }

  /** Batches that are not acknowledged. */
  get kept(): number {
    return this.#places.reduce((sum, { agent }) => sum + (agent.isOff ? 0 : agent.kept), 0);
  }

  /** Resolves when all have begun to connect. */
  async start(backfillTimesMs: readonly number[] = []): Promise<void> {
    const pauseMs = this.#options.startWithinMs / Math.max(1, this.#places.length);
    this.#timer = setInterval(() => this.#look(), lookEveryMs);
    let dueMs = performance.now();
    for (const place of this.#places) {
      place.agent.backfill(backfillTimesMs);
      place.agent.start();
      place.nextMs = nextTick(Date.now(), place);
      place.nextBeatMs = Date.now() + this.#random.between(0, beatEveryMs);
      this.#started += 1;
      dueMs += pauseMs;
      if (dueMs > performance.now()) await delay(dueMs - performance.now());
    }
  }

  /** All lines break at once. */
  storm(): void {
    for (const { agent } of this.#places) agent.cut();
  }

  /** No more ticks; what is kept is sent, for so long at most. */
  async drain(deadlineMs: number): Promise<void> {
    clearInterval(this.#timer);
    const untilMs = performance.now() + deadlineMs;
    let askMs = 0;
    while (this.kept > 0 && performance.now() < untilMs) {
      const asks = performance.now() >= askMs;
      if (asks) askMs = performance.now() + askEveryMs;
      for (const { agent } of this.#places) {
        agent.drain(2);
        if (asks) agent.beat();
      }
      await delay(100);
    }
  }

  stop(): void {
    clearInterval(this.#timer);
    for (const { agent } of this.#places) agent.stop();
  }

  #place(node: NodePlan): Place {
    const { slowShare, greedyShare, intervalMs } = this.#options;
    const isGreedy = this.#random.next() < greedyShare;
    const isSlow = !isGreedy && this.#random.next() < slowShare;
    const ownMs = isGreedy ? Math.max(1_000, intervalMs / greed) : intervalMs;
    return {
      agent: new FleetAgent({
        ...this.#options,
        node,
        isSlow,
        intervalMs: ownMs,
        statistics: this.statistics,
        turns: this.#turns,
      }),
      intervalMs: ownMs,
      jitterMs: Math.floor(this.#random.next() * ownMs),
      nextMs: 0,
      nextBeatMs: 0,
      onAtMs: 0,
    };
  }

  #look(): void {
    const nowMs = Date.now();
    this.#churn(nowMs);
    for (let index = 0; index < this.#started; index += 1) {
      const place = this.#places[index];
      if (place !== undefined && !this.#isOff(place, nowMs)) this.#serve(place, nowMs);
    }
  }

  #serve(place: Place, nowMs: number): void {
    let beatMs = place.nextBeatMs;
    if (place.nextMs <= nowMs) {
      beatMs -= beatEarlyMs;
      place.agent.tick(place.nextMs - place.jitterMs);
      // What was missed while this process was held up is missed, as on a real node.
      const dueMs = place.nextMs + place.intervalMs;
      place.nextMs = Math.max(dueMs, nextTick(nowMs, place));
      this.statistics.missedTicks += Math.round((place.nextMs - dueMs) / place.intervalMs);
    }
    if (beatMs <= nowMs) {
      place.agent.beat();
      place.nextBeatMs = nowMs + beatEveryMs;
    }
  }

  #isOff(place: Place, nowMs: number): boolean {
    if (!place.agent.isOff) return false;
    if (place.onAtMs > nowMs) return true;
    place.agent.powerOn();
    place.nextMs = nextTick(nowMs, place);
    return false;
  }

  #churn(nowMs: number): void {
    const minutes = this.#lastLookMs === 0 ? 0 : (nowMs - this.#lastLookMs) / 60_000;
    this.#lastLookMs = nowMs;
    const expected = this.#options.churnPerMinute * this.#started * minutes;
    for (let left = Math.floor(expected + this.#random.next()); left > 0; left -= 1) {
      const place = this.#places[this.#random.below(this.#started)];
      if (place === undefined || place.agent.isOff) continue;
      place.agent.powerOff();
      place.onAtMs = nowMs + this.#random.between(offMs.least, offMs.most);
    }
  }
}

/** When the next tick of an agent is sent: a whole multiple of the interval, and its jitter. */
function nextTick(nowMs: number, { intervalMs, jitterMs }: Pick<Place, 'intervalMs' | 'jitterMs'>): number {
  return Math.ceil((nowMs - jitterMs + 1) / intervalMs) * intervalMs + jitterMs;
}
