// The gRPC end of the collector. In: an address. Out: one session per stream, until it stops.
// It refuses plain text on any address that can be reached from outside.
import { Server, ServerCredentials, status } from '@grpc/grpc-js';
import type { StreamControlRequest } from '../../proto/gen/jidi/v1/StreamControlRequest.ts';
import type { StreamControlResponseInput } from '../../proto/gen/jidi/v1/StreamControlResponse.ts';
import type { StreamTelemetryRequest } from '../../proto/gen/jidi/v1/StreamTelemetryRequest.ts';
import type { StreamTelemetryResponseInput } from '../../proto/gen/jidi/v1/StreamTelemetryResponse.ts';
import { ControlService, TelemetryService } from '../../proto/load.ts';
import { type Address, formatAddress, isLoopback } from '../../shared/address.ts';
import type { Clock } from '../../shared/clock.ts';
import { errorMessage, StartError } from '../../shared/errors.ts';
import type { Logger } from '../../shared/log.ts';
import type { LiveBus } from '../live/live-bus.ts';
import type { BatchStore, NodeStore } from '../store/store.ts';
import { type AgentCall, AgentStream, type StreamHandlers } from './agent-stream.ts';
import type { ControlHandler } from './control-handler.ts';
import { ControlSession } from './control-session.ts';
import { Presence } from './presence.ts';
import { hardMessageBytes, type Received, receiving } from './received.ts';
import type { EndableStream, SessionDeps } from './session-deps.ts';
import { countUp, createIngestStatistics } from './statistics.ts';
import { StreamRefusal } from './stream-refusal.ts';
import { TelemetrySession } from './telemetry-session.ts';

export interface IngestServerOptions {
  readonly store: BatchStore & Pick<NodeStore, 'putNode' | 'touchNodes'>;
  readonly handler: ControlHandler;
  readonly bus: LiveBus;
  readonly clock: Clock;
  readonly log: Logger;
  readonly version: string;
}

const serverOptions = {
  'grpc.max_receive_message_length': hardMessageBytes,
  'grpc.max_concurrent_streams': 4,
  'grpc-node.max_session_memory': 10,
  'grpc.keepalive_time_ms': 30_000,
  'grpc.keepalive_timeout_ms': 10_000,
};

/** Streams of all agents together: two each for 5,000, and as many again while they reconnect. */
const maxStreams = 20_000;
const stopDeadlineMs = 2_000;

type TelemetryCall = AgentCall<StreamTelemetryRequest, StreamTelemetryResponseInput>;
type ControlCall = AgentCall<StreamControlRequest, StreamControlResponseInput>;
type SessionHandlers<Request> = Omit<StreamHandlers<Request>, 'received'>;

export class IngestServer {
  readonly statistics = createIngestStatistics();
  readonly #options: IngestServerOptions;
  readonly #server = new Server(serverOptions);
  readonly #presence: Presence;
  readonly #streams = new Set<EndableStream>();
  /** Kind and node → the stream that greeted last. */
  readonly #current = new Map<string, { stream: EndableStream; replaced: () => void }>();
  /** The way back from a stream to its place in `#current`. */
  readonly #keys = new Map<EndableStream, string>();
  #troubled = false;

  constructor(options: IngestServerOptions) {
    this.#options = options;
    this.#presence = new Presence(options.store, options.clock, (error) => this.#storing(error));
    const { StreamTelemetry } = TelemetryService.service;
    const { StreamControl } = ControlService.service;
    this.#server.addService(
      { StreamTelemetry: receiving(StreamTelemetry) },
      { StreamTelemetry: (call: TelemetryCall) => this.#telemetry(call) },
    );
    this.#server.addService(
      { StreamControl: receiving(StreamControl) },
      { StreamControl: (call: ControlCall) => this.#control(call) },
    );
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
    for (const stream of this.#streams) {
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
    await this.#presence.flush();
  }

  #telemetry(call: TelemetryCall): void {
    const stream = this.#open<StreamTelemetryRequest, StreamTelemetryResponseInput>(call, {
      message: (request) => session.message(request),
      ended: () => session.ended(),
    });
    const session = new TelemetrySession(
      this.#deps('telemetry', () => undefined),
      stream,
    );
  }

  #control(call: ControlCall): void {
    const stream = this.#open<StreamControlRequest, StreamControlResponseInput>(call, {
      message: (request) => session.message(request),
      ended: () => session.ended(),
    });
    const session = new ControlSession(
      this.#deps('control', () => session.replaced()),
      stream,
    );
    call.on('drain', () => session.drained());
  }

  #open<Request, Response>(
    call: AgentCall<Request, Response>,
    handlers: SessionHandlers<Request>,
  ): AgentStream<Request, Response> {
    const { statistics } = this;
    const stream = new AgentStream(
      call,
      {
        received: (received) => this.#count(received),
        message: (request) => handlers.message(request),
        ended: (refusal) => {
          if (refusal !== null) countUp(statistics.streamsEnded, refusal.code);
          this.#forget(stream);
          handlers.ended(refusal);
        },
      },
      this.#options.log,
    );
    statistics.streams += 1;
    statistics.streamsOpened += 1;
    this.#streams.add(stream);
    if (this.#streams.size > maxStreams) {
      const message = `more than ${maxStreams} streams are open`;
      setImmediate(() =>
        stream.end(new StreamRefusal(status.RESOURCE_EXHAUSTED, 'too-many-streams', message)),
      );
    }
    return stream;
  }

  #deps(kind: 'telemetry' | 'control', replaced: () => void): SessionDeps {
    return {
      ...this.#options,
      presence: this.#presence,
      statistics: this.statistics,
      greeted: (node, stream) => this.#replace(`${kind} ${node}`, stream, replaced),
      storing: (error) => this.#storing(error),
    };
  }

  #count(received: Received<unknown>): void {
    if ('unreadable' in received) countUp(this.statistics.refused, received.unreadable.code);
    else this.statistics.receivedBytes += received.sizeBytes;
  }

  #forget(stream: EndableStream): void {
    this.statistics.streams -= 1;
    this.#streams.delete(stream);
    const key = this.#keys.get(stream);
    this.#keys.delete(stream);
    if (key !== undefined && this.#current.get(key)?.stream === stream) this.#current.delete(key);
  }

  #replace(key: string, stream: EndableStream, replaced: () => void): void {
    const older = this.#current.get(key);
    this.#current.set(key, { stream, replaced });
    this.#keys.set(stream, key);
    older?.replaced();
    const message =
      'another stream of this node came; if two machines have its name, give one another: --node NAME';
    older?.stream.end(new StreamRefusal(status.ABORTED, 'replaced', message));
  }

  #storing(error: unknown): void {
    const troubled = error !== null;
    if (troubled === this.#troubled) return;
    this.#troubled = troubled;
    if (troubled) this.#options.log.error({ err: error }, 'data of nodes cannot be stored; agents keep it');
    else this.#options.log.info('data of nodes is stored again');
  }
}
