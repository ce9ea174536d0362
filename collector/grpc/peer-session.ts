// One HTTP/2 connection while it lives. In: its calls, the time. Out: the calls, as long as it may stay; an end with a reason
// that the calls hear.
//
// Invariants: a call is open only while the connection may stay; the end comes once, and within a second the connection is gone.
import {
  constants,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import { status } from '../../shared/grpc-status.ts';
import type { ConnectionLimits } from './connection-limits.ts';
import { type ConnectionStatistics, countRefused } from './connection-statistics.ts';
import { GrpcCall } from './grpc-call.ts';
import type { NodePeer } from './node-peer.ts';
import { headerBytes } from './server-options.ts';
import { StreamRefusal } from './stream-refusal.ts';

export interface PeerSessionOptions {
  readonly session: ServerHttp2Session;
  /** null: nobody is asked who it is. */
  readonly peer: NodePeer | null;
  readonly limits: ConnectionLimits;
  readonly statistics: ConnectionStatistics;
  readonly methods: ReadonlyMap<string, (call: GrpcCall) => void>;
  /** Why it may not stay, as far as the certificate goes. */
  readonly refusal: () => StreamRefusal | null;
}

const farewellMs = 1_000;

export class PeerSession {
  readonly #options: PeerSessionOptions;
  readonly #calls = new Set<GrpcCall>();
  readonly #endsMs: number;
  /** Since when no call has greeted; null while one has. */
  #strangerSinceMs: number | null;
  #mayBegin: number;
  #countedMs: number;
  #over: StreamRefusal | null = null;

  constructor(options: PeerSessionOptions) {
    const { session, limits } = options;
    const nowMs = performance.now();
    this.#options = options;
    this.#strangerSinceMs = nowMs;
    this.#endsMs = nowMs + limits.ageMs + Math.random() * limits.ageJitterMs;
    this.#mayBegin = limits.callBurst;
    this.#countedMs = nowMs;
    session.setTimeout(limits.silentMs, () => this.#destroy('silent'));
    // To Node, a ping is no sign of life.
    session.on('ping', () => session.setTimeout(limits.silentMs));
    session.on('stream', (stream, headers) => this.#open(stream, headers));
    session.on('error', () => undefined);
  }

  get node(): string | null {
    return this.#options.peer?.name.node ?? null;
  }

  /** To be asked every few seconds. */
  check(): void {
    if (this.#over !== null) return;
    const nowMs = performance.now();
    const { limits, refusal } = this.#options;
    const reason = refusal() ?? (nowMs > this.#endsMs ? tooOld() : null);
    if (reason !== null) this.end(reason);
    else if (this.#strangerSinceMs !== null && nowMs - this.#strangerSinceMs > limits.greetingMs) {
      this.#destroy('no-greeting');
    }
  }

  /** Its calls end with this status, and no other begins. Idempotent. */
  end(reason: StreamRefusal): void {
    if (this.#over !== null) return;
    this.#over = reason;
    countRefused(this.#options.statistics, reason.code);
    for (const call of this.#calls) call.refuse(reason);
    this.#leave();
  }

  /** Calls may say their end. Idempotent. */
  close(): void {
    this.#options.session.close();
  }

  destroy(): void {
    this.#options.session.destroy();
  }

  #open(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    const { limits, peer, methods, refusal } = this.#options;
    const call = new GrpcCall(stream, {
      mostBytes: limits.messageBytes,
      caller: peer?.name ?? null,
      greeted: () => this.#greeted(call),
    });
    if (!this.#mayBeginCall()) return this.#destroy('too-many-calls', constants.NGHTTP2_ENHANCE_YOUR_CALM);
    // HTTP/2 holds the other side to the limit only once it has agreed.
    if (lengthOf(headers) > headerBytes) {
      return this.#destroy('too-large-headers', constants.NGHTTP2_ENHANCE_YOUR_CALM);
    }
    const path = headers[':path'] ?? '';
    const begin = methods.get(path);
    const reason = this.#over ?? refusal();
    if (headers['content-type']?.startsWith('application/grpc') !== true) {
      stream.respond({ ':status': 415 }, { endStream: true });
    } else if (reason !== null) {
      call.end(reason.grpcStatus, reason.message);
      this.end(reason);
    } else if (begin === undefined) {
      call.end(status.UNIMPLEMENTED, `${path} is not served here`);
    } else {
      this.#calls.add(call);
      stream.once('close', () => this.#ended(call));
      begin(call);
    }
  }

  #mayBeginCall(): boolean {
    const { callBurst, callsPerSecond } = this.#options.limits;
    const nowMs = performance.now();
    const earned = ((nowMs - this.#countedMs) / 1000) * callsPerSecond;
    this.#mayBegin = Math.min(callBurst, this.#mayBegin + earned) - 1;
    this.#countedMs = nowMs;
    return this.#mayBegin >= 0;
  }

  #greeted(call: GrpcCall): void {
    if (this.#calls.has(call)) this.#strangerSinceMs = null;
  }

  #ended(call: GrpcCall): void {
    this.#calls.delete(call);
    if (this.#calls.size === 0) this.#strangerSinceMs = performance.now();
  }

  #leave(): void {
    const { session } = this.#options;
    // Words that are under way get there.
    session.close();
    setTimeout(() => session.destroy(), farewellMs).unref();
  }

  #destroy(reason: string, code?: number): void {
    const { session, statistics } = this.#options;
    if (session.destroyed) return;
    countRefused(statistics, reason);
    if (code === undefined) session.destroy();
    else session.destroy(new Error(reason), code);
  }
}

function lengthOf(headers: IncomingHttpHeaders): number {
  let length = 0;
  for (const [name, value] of Object.entries(headers)) length += name.length + String(value).length;
  return length;
}

function tooOld(): StreamRefusal {
  const message = 'the connection is as old as it may become; open another one';
  return new StreamRefusal(status.UNAVAILABLE, 'too-old', message);
}
