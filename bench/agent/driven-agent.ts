// The measuring half of the agent on a clock that is turned by hand: sources, process scan, sampler, buffer, encoder.
// In: calls of `tick`. Out: encoded batches, which are counted, acknowledged and forgotten. It sends nothing.
import { setTimeout as delay, setImmediate } from 'node:timers/promises';
import { createHost } from '../../agent/host/host.ts';
import { ProcessScanner } from '../../agent/processes/process-scanner.ts';
import { createSampler, type Sampler } from '../../agent/sampler/sampler.ts';
import { sourceFactories } from '../../agent/sources/registry.ts';
import type { Source } from '../../agent/sources/source.ts';
import { openInMemory } from '../../agent/spool/open-spool.ts';
import { spoolCodec } from '../../agent/uplink/spool-codec.ts';
import { TelemetryService } from '../../proto/load.ts';
import type { Clock } from '../../shared/clock.ts';
import { createLogger } from '../../shared/log.ts';
import { TelemetryEncoder } from '../../shared/wire/telemetry-stream.ts';

export const tickEveryMs = 5_000;
const memoryBytes = 8 * 1024 * 1024;
const sentClasses = ['metric', 'process'] as const;
const mostBatches = 16;
/** How long a tick may take before the hand is moved on, and by how much. */
const patienceMs = 200;

export class DrivenAgent {
  readonly #clock = new DrivenClock();
  readonly #spool = openInMemory({
    memoryBytes,
    owner: { node: 'bench', machineId: '', bootId: '' },
    bootedMs: () => null,
    codec: spoolCodec,
    clock: this.#clock,
  }).spool;
  readonly #encoder = new TelemetryEncoder();
  readonly #sources: readonly Source[];
  readonly #sampler: Sampler;
  readonly #reached = new Map<string, number>();
  #ticked = Promise.withResolvers<void>();
  #ticks = 0;
  #bytes = 0;
  #samples = 0;

  constructor() {
    const host = createHost({ clock: this.#clock });
    this.#sources = sourceFactories.map((create) => create(host));
    this.#sampler = createSampler({
      clock: this.#clock,
      log: createLogger('bench', 'silent'),
      intervalMs: tickEveryMs,
      sources: this.#sources,
      scanner: new ProcessScanner(host),
      onTick: (tick) => {
        this.#samples += tick.values.reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : 1), 0);
        this.#ticks += 1;
        this.#spool.put({ kind: 'metrics', ticks: [tick] });
        this.#ticked.resolve();
      },
      onSnapshot: (snapshot) => this.#spool.put({ kind: 'processes', snapshots: [snapshot] }),
    });
  }

  /** Samples of metrics, and bytes of everything. */
  get statistics() {
    const dropped = Object.values(this.#spool.statistics.dropped).reduce((sum, each) => sum + each, 0);
    return { ticks: this.#ticks, bytes: this.#bytes, samples: this.#samples, dropped };
  }

  start(): void {
    this.#sampler.start();
  }

  /** Turns the clock to the next tick and waits until it is made and encoded. */
  async tick(): Promise<void> {
    this.#ticked = Promise.withResolvers();
    this.#clock.turnTo((Math.floor(this.#clock.now() / tickEveryMs) + 1) * tickEveryMs);
    // A source may wait for the machine, or for its deadline on this clock.
    while ((await Promise.race([this.#ticked.promise, delay(patienceMs, 'late')])) === 'late') {
      this.#clock.turnTo(this.#clock.now() + patienceMs);
    }
    // The sampler arms its next timer, and pipes and children of sources are heard.
    await setImmediate();
    this.#deliver();
  }

  async stop(): Promise<void> {
    await this.#sampler.stop();
    for (const source of this.#sources) source.close();
  }

  #deliver(): void {
    for (const dataClass of sentClasses) {
      const batches = this.#spool.after(dataClass, this.#reached.get(dataClass) ?? 0, {
        batches: mostBatches,
      });
      for (const batch of batches) {
        const message = this.#encoder.batch(batch);
        this.#bytes += TelemetryService.service.StreamTelemetry.requestSerialize(message).length;
        this.#reached.set(dataClass, batch.sequence);
        this.#spool.acknowledge({ dataClass, sequence: batch.sequence, beyond: [] });
      }
    }
  }
}

interface Timer {
  readonly atMs: number;
  readonly run: () => void;
}

/** Begins at the real time and moves when it is told to. */
class DrivenClock implements Clock {
  readonly #wallOffsetMs = Date.now() - performance.now();
  readonly #timers = new Set<Timer>();
  #nowMs = performance.now();

  now(): number {
    return this.#nowMs + this.#wallOffsetMs;
  }

  monotonic(): number {
    return this.#nowMs;
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, run };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** Runs what is due, in order. */
  turnTo(wallMs: number): void {
    const targetMs = wallMs - this.#wallOffsetMs;
    for (let next = this.#nextUntil(targetMs); next !== undefined; next = this.#nextUntil(targetMs)) {
      this.#timers.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.run();
    }
    this.#nowMs = targetMs;
  }

  #nextUntil(targetMs: number): Timer | undefined {
    let earliest: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.atMs <= targetMs && timer.atMs < (earliest?.atMs ?? Number.POSITIVE_INFINITY))
        earliest = timer;
    }
    return earliest;
  }
}
