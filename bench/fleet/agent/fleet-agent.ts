// One simulated agent: a node's values, a buffer, two streams. In: calls at its ticks. Out: batches at the collector, answers to
// directives. A boot ends both streams and begins counters, processes and, as on a node without disk, the buffer anew.
import { randomUUID } from 'node:crypto';
import { GrpcConnection, type Security } from '../../../agent/uplink/grpc-connection.ts';
import { controlStream, telemetryStream } from '../../../agent/uplink/stream-kinds.ts';
import type { StreamControlResponse } from '../../../proto/gen/jidi/v1/StreamControlResponse.ts';
import type { StreamTelemetryResponse } from '../../../proto/gen/jidi/v1/StreamTelemetryResponse.ts';
import type { Payload } from '../../../shared/model/batch.ts';
import type { NodeIdentity } from '../../../shared/model/node.ts';
import { version } from '../../../shared/version.ts';
import type { FleetPlan, NodePlan } from '../values/fleet-plan.ts';
import { inventoryOf } from '../values/node-facts.ts';
import { NodeProcesses } from '../values/node-processes.ts';
import { NodeValues } from '../values/node-values.ts';
import type { FleetStatistics } from './fleet-statistics.ts';
import { FleetStream, type FleetStreamOptions } from './fleet-stream.ts';
import { LightSpool } from './light-spool.ts';
import { Reports } from './reports.ts';
import type { Turns } from './turns.ts';

export interface FleetAgentOptions {
  readonly plan: FleetPlan;
  readonly node: NodePlan;
  /** HOST:PORT. */
  readonly target: string;
  readonly credentials?: (node: string) => Security;
  readonly intervalMs: number;
  readonly sendsProcesses: boolean;
  readonly hasControl: boolean;
  /** Batches that its buffer holds of each class. */
  readonly bufferedBatches: number;
  readonly isSlow: boolean;
  readonly statistics: FleetStatistics;
  /** Of all nodes of the program. */
  readonly turns?: Turns;
}

/** As the real uplink has them. */
const pauses = { firstMs: 250, capMs: 4_000 };
/** Of each class for every new batch: a backlog is sent at twice the live rate. */
const backlogPerTick = 4;
const longestUptimeMs = 30 * 86_400_000;

export class FleetAgent {
  readonly name: string;
  readonly #options: FleetAgentOptions;
  readonly #values: NodeValues;
  readonly #processes: NodeProcesses;
  readonly #telemetry: FleetStream<StreamTelemetryResponse>;
  readonly #control: FleetStream<StreamControlResponse> | null;
  readonly #reports: Reports;
  #spool: LightSpool;
  #bootId = randomUUID();
  #bootedMs: number;
  #isOff = false;

  constructor(options: FleetAgentOptions) {
    const { plan, node, target, credentials, hasControl } = options;
    this.#options = options;
    this.name = node.name;
    this.#values = new NodeValues(plan, node);
    this.#processes = new NodeProcesses(node, plan.seed);
    this.#bootedMs = Date.now() - Math.floor(Math.random() * longestUptimeMs);
    this.#spool = this.#createSpool();
    const connection = new GrpcConnection(target, credentials?.(node.name));
    this.#telemetry = new FleetStream(telemetryStream(connection), this.#streamOptions());
    this.#control = hasControl ? new FleetStream(controlStream(connection), this.#streamOptions()) : null;
    this.#reports = new Reports(
      {
        processes: () => this.#processes.all(),
        pace: () => this.#processes.pace(),
        report: (report) => this.#put(report, Date.now()),
      },
      options.turns,
    );
  }

  get isOff(): boolean {
    return this.#isOff;
  }

  get isStreaming(): boolean {
    return this.#telemetry.isStreaming && (this.#control?.isStreaming ?? true);
  }

  get backlog(): number {
    return this.#telemetry.backlog + (this.#control?.backlog ?? 0);
  }

  /** Batches that are not acknowledged yet. */
  get kept(): number {
    return this.#spool.count('metric') + this.#spool.count('process') + this.#spool.count('event');
  }

  start(): void {
    const now = Date.now();
    this.#put({ kind: 'inventory', inventory: inventoryOf(this.#options.node, now, this.#bootedMs) }, now);
    this.#telemetry.start();
    this.#control?.start();
  }

  stop(): void {
    this.#reports.close();
    this.#telemetry.stop();
    this.#control?.stop();
  }

  tick(timeMs: number): void {
    const { statistics, sendsProcesses } = this.#options;
    const tick = this.#values.tick(timeMs);
    statistics.samples += tick.values.length;
    this.#put({ kind: 'metrics', ticks: [tick] }, timeMs);
    if (sendsProcesses) {
      const snapshot = this.#processes.snapshot(timeMs, this.#values);
      statistics.processRows += snapshot.processes.length;
      this.#put({ kind: 'processes', snapshots: [snapshot] }, timeMs);
    }
    this.#telemetry.allow(backlogPerTick);
  }

  /** Ticks of the past in one batch, to begin with. */
  backfill(timesMs: readonly number[]): void {
    const ticks = timesMs.map((timeMs) => this.#values.tick(timeMs));
    const last = timesMs.at(-1);
    if (last === undefined) return;
    for (const { values } of ticks) this.#options.statistics.samples += values.length;
    this.#put({ kind: 'metrics', ticks }, last);
  }

  beat(): void {
    this.#telemetry.beat(Date.now());
  }

  /** More of the backlog may go, whatever the pace. */
  drain(batches: number): void {
    this.#telemetry.allow(batches);
  }

  cut(): void {
    this.#telemetry.cut();
    this.#control?.cut();
  }

  /** The node goes down; what it had not sent is lost with its memory. */
  powerOff(): void {
    this.#isOff = true;
    this.#reports.close();
    this.#telemetry.rest();
    this.#control?.rest();
    this.#options.statistics.forget(this.#spool);
  }

  powerOn(): void {
    this.#isOff = false;
    this.#bootId = randomUUID();
    this.#bootedMs = Date.now();
    this.#spool = this.#createSpool();
    this.#values.reboot();
    this.#processes.reboot();
    this.#options.statistics.reboots += 1;
    this.start();
  }

  #put(payload: Payload, timeMs: number): void {
    const batch = this.#spool.put(payload, timeMs, this.#bootedMs);
    const isReport = payload.kind === 'command' || payload.kind === 'profile';
    if (isReport) this.#control?.put(batch);
    else this.#telemetry.put(batch);
    for (const gap of this.#spool.takeDeclared()) this.#telemetry.put(gap);
  }

  #createSpool(): LightSpool {
    const { bufferedBatches, statistics } = this.#options;
    return new LightSpool(bufferedBatches, statistics.spool);
  }

  #streamOptions(): FleetStreamOptions {
    const { node, intervalMs, statistics, isSlow } = this.#options;
    return {
      spool: () => this.#spool,
      bootedMs: () => this.#bootedMs,
      identity: (): NodeIdentity => ({
        name: node.name,
        role: node.role,
        bootId: this.#bootId,
        agentVersion: version,
        intervalMs,
      }),
      statistics,
      pauses,
      isSlow,
      onDirective: (directive) => {
        statistics.directives += 1;
        this.#reports.take(directive);
      },
    };
  }
}
