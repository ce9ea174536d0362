// The gRPC end of the collector. In: an address. Out: one session per stream, until it stops.
// It refuses plain text on any address that can be reached from outside.

import { controlServerStream, type ServerStream, telemetryServerStream } from '../../proto/server-streams.ts';
import { type Address, formatAddress } from '../../shared/address.ts';
import type { Clock } from '../../shared/clock.ts';
import { errorMessage, StartError } from '../../shared/errors.ts';
import { status } from '../../shared/grpc-status.ts';
import type { Logger } from '../../shared/log.ts';
import { requirePlainLoopback } from '../../shared/loopback-only.ts';
import { wireBounds } from '../../shared/wire/bounds.ts';
import { createSeriesPool } from '../../shared/wire/telemetry-stream.ts';
import type { GrpcCall } from '../grpc/grpc-call.ts';
import { GrpcServer } from '../grpc/grpc-server.ts';
import { StreamRefusal } from '../grpc/stream-refusal.ts';
import { ClockRegistry } from '../live/clock-registry.ts';
import type { LiveBus } from '../live/live-bus.ts';
import type { StoreLag } from '../store/store.ts';
import { AgentBudgets } from './agent-budget.ts';
import { AgentStream, type StreamHandlers } from './agent-stream.ts';
import { Backpressure } from './backpressure.ts';
import type { ControlHandler } from './control-handler.ts';
import { ControlSession } from './control-session.ts';
import { type IngestLimits, usualLimits } from './limits.ts';
import { OpenStreams } from './open-streams.ts';
import { OwnClock } from './own-clock.ts';
import { Presence } from './presence.ts';
import { Quarantine } from './quarantine.ts';
import type { IngestStore, SessionDeps } from './session-deps.ts';
import { countUp, createIngestStatistics, type IngestState } from './statistics.ts';
import { TelemetrySession } from './telemetry-session.ts';
import { Turns } from './turns.ts';

export interface IngestServerOptions {
  readonly store: IngestStore;
  readonly handler: ControlHandler;
  readonly bus: LiveBus;
  readonly clock: Clock;
  readonly log: Logger;
  readonly version: string;
  /** Where it is told how far the clocks of nodes are off. */
  readonly clocks?: ClockRegistry;
  /** How far the store lags; without it, only what is under way counts. */
  readonly lag?: () => StoreLag;
  readonly limits?: Partial<IngestLimits>;
}

/** Of one connection: two are usual. */
const streamsPerConnection = 4;
const stopDeadlineMs = 2_000;
const noLag: StoreLag = { unflushed: 0, disk: 0 };

type Shared = Omit<SessionDeps, 'greeted'>;

export class IngestServer {
  readonly statistics = createIngestStatistics();
  readonly clocks: ClockRegistry;
  readonly backpressure: Backpressure;
  readonly #shared: Shared;
  readonly #telemetry = telemetryServerStream();
  readonly #control = controlServerStream();
  readonly #server = new GrpcServer({
    methods: new Map([
      [this.#telemetry.path, (call) => this.#openTelemetry(call)],
      [this.#control.path, (call) => this.#openControl(call)],
    ]),
    messageBytes: wireBounds.messageBytes,
    streams: streamsPerConnection,
  });
  readonly #streams: OpenStreams;
  #troubled = false;

  constructor(options: IngestServerOptions) {
    const { clock, store } = options;
    const limits = { ...usualLimits, ...options.limits };
    this.clocks = options.clocks ?? new ClockRegistry();
    this.backpressure = new Backpressure(limits, options.lag ?? (() => noLag), clock);
    this.#streams = new OpenStreams(limits);
    const storing = (error: unknown): void => this.#storing(error);
    this.#shared = {
      ...options,
      limits,
      ownClock: new OwnClock(clock),
      clocks: this.clocks,
      backpressure: this.backpressure,
      presence: new Presence(store, clock, storing),
      budgets: new AgentBudgets(limits),
      greetings: new Turns(limits.greetings),
      quarantine: new Quarantine(store, this.statistics),
      pool: createSeriesPool(),
      statistics: this.statistics,
      storing,
    };
  }

  state(): IngestState {
    const { load, credit, bytesUnderWay } = this.backpressure;
    return { load, credit, bytesUnderWay, clocks: this.clocks.count() };
  }

  /** Resolves with the bound port. Throws StartError. */
  async listen(address: Address): Promise<number> {
    requirePlainLoopback(address);
    try {
      return await this.#server.listen(address);
    } catch (error) {
      throw new StartError(
        `cannot listen on ${formatAddress(address)}: ${errorMessage(error)}`,
        'Give another port with --grpc HOST:PORT (port 0 picks a free one), or stop what listens there.',
      );
    }
  }

  /** Ends every stream, then the server, within a deadline. Idempotent. */
  async stop(): Promise<void> {
    this.backpressure.stop();
    for (const stream of this.#streams.all()) {
      stream.end(new StreamRefusal(status.UNAVAILABLE, 'stopping', 'collector is stopping'));
    }
    await this.#server.stop(stopDeadlineMs);
    await this.#shared.presence.flush();
  }

  #openTelemetry(call: GrpcCall): void {
    const stream = this.#open(call, this.#telemetry, {
      message: (bytes) => session.message(bytes),
      ended: () => session.ended(),
    });
    const session = new TelemetrySession(
      this.#deps('telemetry', () => session.replaced()),
      stream,
    );
  }

  #openControl(call: GrpcCall): void {
    const stream = this.#open(call, this.#control, {
      message: (bytes) => session.message(bytes),
      ended: () => session.ended(),
    });
    const session = new ControlSession(
      this.#deps('control', () => session.replaced()),
      stream,
    );
  }

  #open<Response>(
    call: GrpcCall,
    { responseSerialize: serialize }: ServerStream<Response>,
    handlers: StreamHandlers,
  ): AgentStream<Response> {
    const { statistics } = this;
    const stream = new AgentStream<Response>(
      call,
      {
        ...handlers,
        message: (bytes) => {
          statistics.receivedBytes += bytes.length;
          return handlers.message(bytes);
        },
        ended: (refusal) => {
          if (refusal !== null) this.#countEnd(refusal);
          statistics.streams -= 1;
          this.#streams.ended(stream);
          handlers.ended(refusal);
        },
      },
      { serialize, log: this.#shared.log },
    );
    statistics.streams += 1;
    statistics.streamsOpened += 1;
    const refusal = this.#streams.opened(stream, call.peer);
    if (refusal !== null) setImmediate(() => stream.end(refusal));
    return stream;
  }

  #deps(kind: 'telemetry' | 'control', replaced: () => void): SessionDeps {
    return {
      ...this.#shared,
      greeted: (node, stream) => this.#streams.greeted(stream, `${kind} ${node}`, replaced),
    };
  }

  #countEnd({ code }: StreamRefusal): void {
    countUp(this.statistics.streamsEnded, code);
    if (code === 'unreadable' || code === 'too-large') countUp(this.statistics.refused, code);
  }

  #storing(error: unknown): void {
    const troubled = error !== null;
    if (troubled === this.#troubled) return;
    this.#troubled = troubled;
    if (troubled) this.#shared.log.error({ err: error }, 'data of nodes cannot be stored; agents keep it');
    else this.#shared.log.info('data of nodes is stored again');
  }
}
