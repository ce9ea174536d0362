// gRPC as far as agents speak it, on HTTP/2: methods with a stream each way, no others. In: an address, what to do with a
// call, by its path. Out: calls, until it stops.
// It refuses other methods, and what is no gRPC. A connection on which nothing comes for too long ends; a ping is enough.
//
// The library's own server takes a third more CPU time and a fifth more memory for what it can do beside that.
import {
  createServer,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { Address } from '../../shared/address.ts';
import { status } from '../../shared/grpc-status.ts';
import { GrpcCall } from './grpc-call.ts';

export interface GrpcServerOptions {
  /** By path. */
  readonly methods: ReadonlyMap<string, (call: GrpcCall) => void>;
  /** Of one message, at most. */
  readonly messageBytes: number;
  /** Of one connection, at most. */
  readonly streams: number;
  readonly silentMs?: number;
}

/** Agents send a ping when nothing else was sent for 30 s. */
const usualSilentMs = 90_000;
/** A connection with so much to keep takes no new streams, MB. */
const maxSessionMemory = 10;

export class GrpcServer {
  readonly #options: GrpcServerOptions;
  readonly #server;
  readonly #sessions = new Set<ServerHttp2Session>();

  constructor(options: GrpcServerOptions) {
    this.#options = options;
    const { silentMs = usualSilentMs } = options;
    const settings = { maxConcurrentStreams: options.streams };
    this.#server = createServer({ settings, maxSessionMemory });
    this.#server.on('stream', (stream, headers) => this.#open(stream, headers));
    this.#server.setTimeout(silentMs);
    this.#server.on('session', (session) => {
      // To Node, a ping is no sign of life.
      session.on('ping', () => session.setTimeout(silentMs));
      this.#sessions.add(session);
      session.on('close', () => this.#sessions.delete(session));
    });
  }

  /** Resolves with the bound port. Rejects with what the system says. */
  listen({ host, port }: Address): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        const address = this.#server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : port);
      });
    });
  }

  /** Calls that were ended may say so, for so long at most. Idempotent. */
  stop(deadlineMs: number): Promise<void> {
    return new Promise((resolve) => {
      const force = setTimeout(() => {
        for (const session of this.#sessions) session.destroy();
      }, deadlineMs);
      this.#server.close(() => {
        clearTimeout(force);
        resolve();
      });
      for (const session of this.#sessions) session.close();
    });
  }

  #open(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    const call = new GrpcCall(stream, this.#options.messageBytes);
    const path = headers[':path'] ?? '';
    const open = this.#options.methods.get(path);
    if (headers['content-type']?.startsWith('application/grpc') !== true) {
      stream.respond({ ':status': 415 }, { endStream: true });
    } else if (open === undefined) {
      call.end(status.UNIMPLEMENTED, `${path} is not served here`);
    } else {
      open(call);
    }
  }
}
