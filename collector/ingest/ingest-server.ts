// The gRPC end of the collector. In: addresses, and who knows the nodes. Out: one session per stream, until it stops.
// It refuses plain text on any address that can be reached from outside.

import {
  controlServerStream,
  renewServerStream,
  type ServerStream,
  telemetryServerStream,
} from '../../proto/server-streams.ts';
import type { Address } from '../../shared/address.ts';
import type { Clock } from '../../shared/clock.ts';
import { status } from '../../shared/grpc-status.ts';
import type { CertifiedName } from '../../shared/identity/node-uri.ts';
import type { Logger } from '../../shared/log.ts';
import { requirePlainLoopback } from '../../shared/loopback-only.ts';
import { wireBounds } from '../../shared/wire/bounds.ts';
import { createSeriesPool } from '../../shared/wire/telemetry-stream.ts';
import { agentLimits, type ConnectionLimits } from '../grpc/connection-limits.ts';
import type { ConnectionStatistics } from '../grpc/connection-statistics.ts';
import type { GrpcCall } from '../grpc/grpc-call.ts';
import { GrpcServer, type ListenerSecurity } from '../grpc/grpc-server.ts';
import { listenOn } from '../grpc/listen-on.ts';
import type { NodeGate } from '../grpc/node-gate.ts';
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
  readonly connectionLimits?: Partial<ConnectionLimits>;
}

export interface SecureListening {
  readonly address: Address;
  readonly gate: NodeGate;
  /** A node asks for its next certificate. */
  readonly renew: (call: GrpcCall, name: CertifiedName) => void;
}

const renewPath = renewServerStream().path;
const stopDeadlineMs = 2_000;
const noLag: StoreLag = { unflushed: 0, disk: 0 };

type Shared = Omit<SessionDeps, 'greeted' | 'caller'>;

interface Listening {
  readonly address: Address;
  /** By which another one is named. */
  readonly flag: string;
  readonly security: ListenerSecurity | null;
  readonly more: readonly (readonly [path: string, open: (call: GrpcCall) => void])[];
}

export class IngestServer {
  readonly statistics = createIngestStatistics();
  readonly clocks: ClockRegistry;
  readonly backpressure: Backpressure;
  readonly #shared: Shared;
  readonly #telemetry = telemetryServerStream();
  readonly #control = controlServerStream();
  readonly #limits: ConnectionLimits;
  /** By what is listened for. */
  readonly #servers = new Map<'plain' | 'agents', GrpcServer>();
  readonly #streams: OpenStreams;
  #troubled = false;

  constructor(options: IngestServerOptions) {
    const { clock, store } = options;
    const limits = { ...usualLimits, ...options.limits };
    const { messageBytes } = wireBounds;
    this.#limits = { ...agentLimits, messageBytes, ...options.connectionLimits };
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

  /** A stream of it is open. */
  isConnected(node: string): boolean {
    return this.#streams.isOpen(`telemetry ${node}`);
  }

  /** Of each listener. */
  connections(): ReadonlyMap<string, ConnectionStatistics> {
    return new Map([...this.#servers].map(([name, { statistics }]) => [name, statistics]));
  }

  /** For agents without certificates. Resolves with the bound port. Throws StartError. */
  async listen(address: Address): Promise<number> {
    requirePlainLoopback(address);
    return this.#listen('plain', { address, flag: '--grpc', security: null, more: [] });
  }

  /** For agents that show theirs. Resolves with the bound port. Throws StartError. */
  async listenSecurely({ address, gate, renew }: SecureListening): Promise<number> {
    const open = (call: GrpcCall): void => {
      if (call.caller !== null) renew(call, call.caller);
    };
    const security = { gate, asksCertificate: true };
    return this.#listen('agents', { address, flag: '--agents', security, more: [[renewPath, open]] });
  }

  /** Ends every stream, then the listeners, within a deadline. Idempotent. */
  async stop(): Promise<void> {
    this.backpressure.stop();
    for (const stream of this.#streams.all()) {
      stream.end(new StreamRefusal(status.UNAVAILABLE, 'stopping', 'collector is stopping'));
    }
    await Promise.all([...this.#servers.values()].map((server) => server.stop(stopDeadlineMs)));
    await this.#shared.presence.flush();
  }

  async #listen(name: 'plain' | 'agents', { address, flag, security, more }: Listening): Promise<number> {
    const server = new GrpcServer({
      methods: new Map([
        [this.#telemetry.path, (call) => this.#openTelemetry(call)],
        [this.#control.path, (call) => this.#openControl(call)],
        ...more,
      ]),
      limits: this.#limits,
      security,
    });
    this.#servers.set(name, server);
    return listenOn(server, address, flag);
  }

  #openTelemetry(call: GrpcCall): void {
    const stream = this.#open(call, this.#telemetry, {
      message: (bytes) => session.message(bytes),
      ended: () => session.ended(),
    });
    const session = new TelemetrySession(
      this.#deps('telemetry', call, () => session.replaced()),
      stream,
    );
  }

  #openControl(call: GrpcCall): void {
    const stream = this.#open(call, this.#control, {
      message: (bytes) => session.message(bytes),
      ended: () => session.ended(),
    });
    const session = new ControlSession(
      this.#deps('control', call, () => session.replaced()),
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

  #deps(kind: 'telemetry' | 'control', { caller }: GrpcCall, replaced: () => void): SessionDeps {
    return {
      ...this.#shared,
      caller,
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
