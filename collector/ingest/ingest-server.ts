// The gRPC end of the collector. In: an address. Out: one session per stream, until it stops.
// It refuses plain text on any address that can be reached from outside.
import { Server, ServerCredentials, type ServerInterceptingCallInterface, status } from '@grpc/grpc-js';
import type { StreamControlResponseInput } from '../../proto/gen/jidi/v1/StreamControlResponse.ts';
import type { StreamTelemetryResponseInput } from '../../proto/gen/jidi/v1/StreamTelemetryResponse.ts';
import { controlServerStream, telemetryServerStream } from '../../proto/server-streams.ts';
import { type Address, formatAddress, isLoopback } from '../../shared/address.ts';
import type { Clock } from '../../shared/clock.ts';
import { errorMessage, StartError } from '../../shared/errors.ts';
import type { Logger } from '../../shared/log.ts';
import { wireBounds } from '../../shared/wire/bounds.ts';
import { createSeriesPool } from '../../shared/wire/telemetry-stream.ts';
import { ClockRegistry } from '../live/clock-registry.ts';
import type { LiveBus } from '../live/live-bus.ts';
import type { StoreLag } from '../store/store.ts';
import { AgentBudgets } from './agent-budget.ts';
import { type AgentCall, AgentStream, type StreamHandlers } from './agent-stream.ts';
import { Backpressure } from './backpressure.ts';
import type { ControlHandler } from './control-handler.ts';
import { ControlSession } from './control-session.ts';
import { type IngestLimits, usualLimits } from './limits.ts';
import { OpenStreams } from './open-streams.ts';
import { Presence } from './presence.ts';
import { Quarantine } from './quarantine.ts';
import { gated } from './read-gate.ts';
import type { IngestStore, SessionDeps } from './session-deps.ts';
import { countUp, createIngestStatistics, type IngestState } from './statistics.ts';
import { StreamRefusal } from './stream-refusal.ts';
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

const serverOptions = {
  // Above it gRPC itself refuses; below, a message is refused with a counted reason.
  'grpc.max_receive_message_length': 4 * wireBounds.messageBytes,
  'grpc.max_concurrent_streams': 4,
  'grpc-node.max_session_memory': 10,
  'grpc.keepalive_time_ms': 30_000,
  'grpc.keepalive_timeout_ms': 10_000,
  interceptors: [(_: unknown, call: ServerInterceptingCallInterface) => gated(call)],
};

const stopDeadlineMs = 2_000;
const noLag: StoreLag = { unflushed: 0, disk: 0 };

type TelemetryCall = AgentCall<StreamTelemetryResponseInput>;
type ControlCall = AgentCall<StreamControlResponseInput>;
type Shared = Omit<SessionDeps, 'greeted'>;

export class IngestServer {
  readonly statistics = createIngestStatistics();
  readonly clocks: ClockRegistry;
  readonly backpressure: Backpressure;
  readonly #shared: Shared;
  readonly #server = new Server(serverOptions);
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
    this.#server.addService(
      { StreamTelemetry: telemetryServerStream() },
      { StreamTelemetry: (call: TelemetryCall) => this.#telemetry(call) },
    );
    this.#server.addService(
      { StreamControl: controlServerStream() },
      { StreamControl: (call: ControlCall) => this.#control(call) },
    );
  }

  state(): IngestState {
    const { load, credit, bytesUnderWay } = this.backpressure;
    return { load, credit, bytesUnderWay, clocks: this.clocks.count() };
  }

  /** Resolves with the bound port. Throws StartError. */
  listen(address: Address): Promise<number> {
    if (!isLoopback(address.host)) {
      throw new StartError(
        `grpc address ${formatAddress(address)} can be reached from outside, and agents would speak plain text there`,
        'Give a loopback address, e.g. --grpc 127.0.0.1:7301; other machines reach it through a tunnel (ssh -R).',
      );
    }
    return new Promise((resolve, reject) => {
      this.#server.bindAsync(formatAddress(address), ServerCredentials.createInsecure(), (error, port) => {
        if (error === null) resolve(port);
        else {
          const remedy =
            'Give another port with --grpc HOST:PORT (port 0 picks a free one), or stop what listens there.';
          reject(
            new StartError(`cannot listen on ${formatAddress(address)}: ${errorMessage(error)}`, remedy),
          );
        }
      });
    });
  }

  /** Ends every stream, then the server, within a deadline. Idempotent. */
  async stop(): Promise<void> {
    this.backpressure.stop();
    for (const stream of this.#streams.all()) {
      stream.end(new StreamRefusal(status.UNAVAILABLE, 'stopping', 'collector is stopping'));
    }
    await new Promise<void>((resolve) => {
      const force = setTimeout(() => {
        this.#server.forceShutdown();
        resolve();
      }, stopDeadlineMs);
      this.#server.tryShutdown(() => {
        clearTimeout(force);
        resolve();
      });
    });
    await this.#shared.presence.flush();
  }

  #telemetry(call: TelemetryCall): void {
    const stream = this.#open(call, {
      message: (bytes) => session.message(bytes),
      ended: () => session.ended(),
    });
    const session = new TelemetrySession(
      this.#deps('telemetry', () => session.replaced()),
      stream,
    );
  }

  #control(call: ControlCall): void {
    const stream = this.#open(call, {
      message: (bytes) => session.message(bytes),
      ended: () => session.ended(),
    });
    const session = new ControlSession(
      this.#deps('control', () => session.replaced()),
      stream,
    );
    call.on('drain', () => session.drained());
  }

  #open<Response>(call: AgentCall<Response>, handlers: StreamHandlers): AgentStream<Response> {
    const { statistics } = this;
    const stream = new AgentStream<Response>(
      call,
      {
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
      this.#shared.log,
    );
    statistics.streams += 1;
    statistics.streamsOpened += 1;
    const refusal = this.#streams.opened(stream, call.getPeer());
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
