// Keeps one stream to the collector open. In: the spool. Out: its batches at the collector, directives here.
//
// States: idle – not started or stopped; greeting – a connection waits for its welcome; streaming – data flows;
// waiting – the connection was lost, the next attempt comes after a jittered pause.
import { Backoff } from '../../shared/backoff.ts';
import type { Clock } from '../../shared/clock.ts';
import { status } from '../../shared/grpc-status.ts';
import type { Logger } from '../../shared/log.ts';
import type { Directive } from '../../shared/model/directive.ts';
import type { NodeIdentity } from '../../shared/model/node.ts';
import type { HeartbeatEcho } from '../../shared/wire/telemetry-stream.ts';
import type { Spool } from '../spool/spool.ts';
import { type PaceLimits, usualPace } from './backlog-pace.ts';
import { Connection } from './connection.ts';
import type { StreamKind } from './stream-dialect.ts';

export interface UplinkOptions<Request extends Uint8Array, Response> {
  readonly kind: StreamKind<Request, Response>;
  readonly identity: NodeIdentity;
  readonly spool: Spool;
  readonly clock: Clock;
  readonly log: Logger;
  readonly bootTimeMs: () => number;
  /** How fast a backlog goes out. */
  readonly pace?: PaceLimits;
  /** How often it tells that it lives, and asks for receipts. */
  readonly heartbeatMs?: number;
  readonly onDirective?: (directive: Directive) => void;
}

export interface UplinkStatistics {
  state: 'idle' | 'greeting' | 'streaming' | 'waiting';
  connects: number;
  sentBatches: number;
  refusedBatches: number;
  /** null until the collector has echoed a heartbeat. */
  roundTripMs: number | null;
  /** How far the collector's clock is ahead of this node's. */
  clockOffsetMs: number | null;
}

/**
 * Each pause lies anywhere below a ceiling that doubles from half a second: a collector that was restarted is found within
 * about as long as it was away, and 5,000 agents that lost it for a minute come back spread over half a minute.
 */
const pauses = { firstMs: 250, capMs: 30_000 };
/** After a stream that was welcomed and ended again at once: the collector is there, but something is wrong with it or the way. */
const briefPauses = { firstMs: 250, capMs: 4_000 };
const slowPauses = { firstMs: 30_000, capMs: 120_000 };
/** A stream that lasted that long was a success. */
const steadyMs = 2_000;
const drainDeadlineMs = 2_000;
const drainLookMs = 50;
const usualHeartbeatMs = 9_000;

/**
 * Statuses after which another attempt soon would end the same. ABORTED: another agent speaks for this node; two that
 * take the place from each other at once would do so for ever.
 */
const hopeless = new Set<number>([
  status.ABORTED,
  status.FAILED_PRECONDITION,
  status.PERMISSION_DENIED,
  status.UNAUTHENTICATED,
]);

export class Uplink<Request extends Uint8Array, Response> {
  readonly statistics: UplinkStatistics = {
    state: 'idle',
    connects: 0,
    sentBatches: 0,
    refusedBatches: 0,
    roundTripMs: null,
    clockOffsetMs: null,
  };
  readonly #options: UplinkOptions<Request, Response>;
  readonly #backoff = new Backoff(pauses);
  readonly #briefBackoff = new Backoff(briefPauses);
  readonly #slowBackoff = new Backoff(slowPauses);
  #connection: Connection<Request, Response> | null = null;
  #cancelPause: () => void = () => undefined;
  #lastComplaint = '';
  #steadyFromMs = Number.POSITIVE_INFINITY;
  #identity: NodeIdentity;
  #isRenewing = false;

  constructor(options: UplinkOptions<Request, Response>) {
    this.#options = options;
    this.#identity = options.identity;
  }

  /** Idempotent. */
  start(): void {
    if (this.statistics.state === 'idle') this.#connect();
  }

  /** The same greeting anew, over another connection or to another collector. */
  reopen(): void {
    this.renew(this.#identity);
  }

  /** Another greeting: an open stream is closed and opened again; what is not acknowledged goes out anew. */
  renew(identity: NodeIdentity): void {
    this.#identity = identity;
    if (this.#connection === null) return;
    this.#isRenewing = true;
    this.#connection.close();
    this.#isRenewing = false;
  }

  /** Waits a moment for what is under way, then closes. Idempotent. */
  async stop(): Promise<void> {
    this.#cancelPause();
    await this.#drain();
    this.statistics.state = 'idle';
    this.#connection?.close();
  }

  #connect(): void {
    const { kind, spool, clock, bootTimeMs, onDirective } = this.#options;
    const { pace = usualPace, heartbeatMs = usualHeartbeatMs } = this.#options;
    this.statistics.state = 'greeting';
    this.statistics.connects += 1;
    this.#connection = new Connection(kind.open(), {
      classes: kind.classes,
      identity: this.#identity,
      spool,
      clock,
      bootTimeMs,
      pace,
      heartbeatMs,
      events: {
        welcomed: () => this.#welcomed(),
        sent: (batches) => {
          this.statistics.sentBatches += batches;
        },
        refused: ({ position, code, message }) => {
          this.statistics.refusedBatches += 1;
          this.#complain(`refused: ${code}`, { ...position, reason: message });
        },
        echoed: (echo) => this.#measure(echo),
        directive: (directive) => onDirective?.(directive),
        over: (error) => this.#over(error),
      },
    });
  }

  #welcomed(): void {
    this.statistics.state = 'streaming';
    this.#steadyFromMs = this.#options.clock.monotonic() + steadyMs;
    this.#slowBackoff.reset();
    this.#options.log.info({ stream: this.#options.kind.name }, 'connected to the collector');
  }

  #measure({ sentTimeMs, collectorTimeMs }: HeartbeatEcho): void {
    const roundTripMs = this.#options.clock.now() - sentTimeMs;
    this.statistics.roundTripMs = roundTripMs;
    this.statistics.clockOffsetMs = collectorTimeMs - sentTimeMs - roundTripMs / 2;
  }

  #over(error: Error | null): void {
    this.#connection = null;
    if (this.statistics.state === 'idle') return;
    const pauseMs = this.#backoffAfter(error).next();
    this.statistics.state = 'waiting';
    if (!this.#isRenewing) this.#complain(error?.message ?? 'the collector closed the stream', { pauseMs });
    this.#cancelPause = this.#options.clock.after(pauseMs, () => this.#connect());
  }

  #backoffAfter(error: Error | null): Backoff {
    const hasLasted = this.#options.clock.monotonic() >= this.#steadyFromMs;
    const wasBrief = !hasLasted && this.#steadyFromMs !== Number.POSITIVE_INFINITY;
    this.#steadyFromMs = Number.POSITIVE_INFINITY;
    if (hasLasted) {
      this.#briefBackoff.reset();
      this.#lastComplaint = '';
    }
    if (hasLasted || wasBrief) this.#backoff.reset();
    if (this.#isHopeless(error)) return this.#slowBackoff;
    return wasBrief ? this.#briefBackoff : this.#backoff;
  }

  /** INVALID_ARGUMENT is about the greeting as long as nothing else was said. */
  #isHopeless(error: Error | null): boolean {
    const code = error !== null && 'code' in error ? error.code : null;
    if (code === status.INVALID_ARGUMENT) return this.statistics.state === 'greeting';
    return typeof code === 'number' && hopeless.has(code);
  }

  /** The same complaint is logged once until a connection has lasted. */
  #complain(reason: string, fields: object): void {
    if (reason === this.#lastComplaint) return;
    this.#lastComplaint = reason;
    this.#options.log.warn(
      { stream: this.#options.kind.name, ...fields, err: reason },
      'stream to the collector',
    );
  }

  async #drain(): Promise<void> {
    const { clock } = this.#options;
    const untilMs = clock.monotonic() + drainDeadlineMs;
    while (this.statistics.state === 'streaming' && clock.monotonic() < untilMs) {
      if (this.#connection === null || this.#connection.isDrained) return;
      this.#connection.ask();
      await new Promise<void>((resolve) => clock.after(drainLookMs, resolve));
    }
  }
}
