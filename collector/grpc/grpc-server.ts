// gRPC as far as agents speak it, on HTTP/2: methods with a stream each way, no others. In: an address, what to do with a
// call, by its path. Out: calls, until it stops.
// It refuses other methods, what is no gRPC, and connections beyond its limits. With certificates it takes only the newest
// TLS; who may not come in, or may not stay, is told so on its calls, and within seconds the connection is gone.
//
// The library's own server takes a third more CPU time and a fifth more memory for what it can do beside that.
import {
  createSecureServer,
  createServer,
  type Http2SecureServer,
  type ServerHttp2Session,
} from 'node:http2';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Address } from '../../shared/address.ts';
import { status } from '../../shared/grpc-status.ts';
import type { ConnectionLimits } from './connection-limits.ts';
import {
  type ConnectionStatistics,
  countRefused,
  createConnectionStatistics,
} from './connection-statistics.ts';
import { FrontDoor } from './front-door.ts';
import type { GrpcCall } from './grpc-call.ts';
import { handshakeReason } from './handshake-reason.ts';
import type { NodeGate } from './node-gate.ts';
import { NodeIssuers } from './node-issuers.ts';
import { type NodePeer, readNodePeer } from './node-peer.ts';
import { PeerSession } from './peer-session.ts';
import { http2Options, tlsOptions } from './server-options.ts';
import { StreamRefusal } from './stream-refusal.ts';

export interface GrpcServerOptions {
  /** By path. */
  readonly methods: ReadonlyMap<string, (call: GrpcCall) => void>;
  readonly limits: ConnectionLimits;
  /** null: plain text. */
  readonly security?: ListenerSecurity | null;
}

export interface ListenerSecurity {
  readonly gate: NodeGate;
  /** False where nodes come that have no certificate yet. */
  readonly asksCertificate: boolean;
}

/** Who may not stay any more is gone within twice that, and a second. */
const checkEveryMs = 2_000;

export class GrpcServer {
  readonly statistics: ConnectionStatistics = createConnectionStatistics();
  readonly #options: GrpcServerOptions;
  readonly #security: ListenerSecurity | null;
  readonly #door: FrontDoor;
  readonly #sessions = new Set<PeerSession>();
  readonly #issuers: NodeIssuers | null;
  readonly #checking: NodeJS.Timeout;

  constructor(options: GrpcServerOptions) {
    const { limits, security = null } = options;
    this.#options = options;
    this.#security = security;
    this.#issuers = security === null ? null : new NodeIssuers(security.gate);
    const server = security === null ? createServer(http2Options(limits)) : this.#createSecure(security);
    server.on('session', (session: ServerHttp2Session) => this.#greet(session));
    this.#door = new FrontDoor({
      limits,
      statistics: this.statistics,
      hasHandshake: security !== null,
      take: (socket: Socket) => server.emit('connection', socket),
    });
    this.#checking = setInterval(() => this.#check(), checkEveryMs).unref();
  }

  /** Resolves with the bound port. Rejects with what the system says. */
  listen(address: Address): Promise<number> {
    return this.#door.listen(address);
  }

  /** Calls that were ended may say so, for so long at most. Idempotent. */
  async stop(deadlineMs: number): Promise<void> {
    clearInterval(this.#checking);
    const force = setTimeout(() => {
      for (const session of this.#sessions) session.destroy();
    }, deadlineMs);
    for (const session of this.#sessions) session.close();
    await this.#door.close();
    clearTimeout(force);
  }

  #createSecure({ gate, asksCertificate }: ListenerSecurity): Http2SecureServer {
    const { limits } = this.#options;
    const options = { ...http2Options(limits), ...tlsOptions(gate.credentials(), asksCertificate) };
    const server = createSecureServer({ ...options, handshakeTimeout: limits.handshakeMs });
    gate.onCredentials(() => server.setSecureContext(tlsOptions(gate.credentials(), asksCertificate)));
    gate.onRefused(({ node }) => this.#check(node));
    server.prependListener('secureConnection', (socket: TLSSocket) => this.#door.settled(socket));
    server.on('tlsClientError', (error: NodeJS.ErrnoException, socket: TLSSocket) => {
      const reason = handshakeReason(error.code, socket.authorizationError);
      if (reason !== 'hung-up' || !this.#door.wasThrownOut()) countRefused(this.statistics, reason);
      socket.destroy();
    });
    server.on('unknownProtocol', (socket: TLSSocket) => {
      countRefused(this.statistics, 'no-http2');
      socket.destroy();
    });
    return server;
  }

  #greet(session: ServerHttp2Session): void {
    const { methods, limits } = this.#options;
    const known = this.#readPeer(session);
    const peer = known instanceof StreamRefusal ? null : known;
    const own = new PeerSession({
      session,
      peer,
      limits,
      statistics: this.statistics,
      methods,
      refusal: () => (known instanceof StreamRefusal ? known : this.#refusalOf(peer)),
    });
    this.#sessions.add(own);
    session.on('close', () => this.#sessions.delete(own));
  }

  #readPeer({ socket }: ServerHttp2Session): NodePeer | StreamRefusal | null {
    if (this.#security?.asksCertificate !== true) return null;
    try {
      const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
      return readNodePeer(certificate);
    } catch (error) {
      if (error instanceof StreamRefusal) return error;
      throw error;
    }
  }

  #refusalOf(peer: NodePeer | null): StreamRefusal | null {
    if (peer === null || this.#security === null) return null;
    if (Date.now() >= peer.expiresMs) {
      const message =
        'the certificate of the node has expired; it renews itself, or join again: jidi-agent join';
      return new StreamRefusal(status.UNAUTHENTICATED, 'expired', message);
    }
    if (this.#issuers?.haveSigned(peer) === false) {
      const message =
        'the certificate is by an authority that is not believed here; join again: jidi-agent join';
      return new StreamRefusal(status.UNAUTHENTICATED, 'foreign-authority', message);
    }
    const refused = this.#security.gate.refusal(peer.name);
    return refused === null
      ? null
      : new StreamRefusal(status.PERMISSION_DENIED, refused.code, refused.message);
  }

  /** `node`: only its connections. */
  #check(node?: string): void {
    for (const session of this.#sessions) {
      if (node === undefined || session.node === node) session.check();
    }
  }
}
