// The HTTP/2 connection over which an agent's calls go. In: the collector's address and certificates, as they are at the
// moment. Out: a stream for each call. It is opened with the first call and closed with the last; a call that comes after it
// broke, after the collector said goodbye on it, or after it was retired here, opens another one.
//
// One connection for both calls of an agent halves the collector's sockets, handshakes and pings. A flood on one stream
// does not hold up the other: each has its own window, and what is read slowly counts against its stream alone.
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2';
import { type Security, sessionOptions } from './security.ts';

export type { Security } from './security.ts';

/** A collector that hangs, or a line that was cut without a word, shows when nothing came and a ping is not answered. */
const silenceMs = 30_000;
const pingDeadlineMs = 10_000;

const headers = {
  [constants.HTTP2_HEADER_METHOD]: constants.HTTP2_METHOD_POST,
  [constants.HTTP2_HEADER_CONTENT_TYPE]: 'application/grpc',
  [constants.HTTP2_HEADER_TE]: 'trailers',
};

export class GrpcConnection {
  readonly #target: () => string;
  readonly #security: () => Security | null;
  #line: Line | null = null;

  /** `target`: HOST:PORT. `security` null: plain text. Both are asked for each time the connection is opened. */
  constructor(target: string | (() => string), security: Security | null | (() => Security | null) = null) {
    this.#target = typeof target === 'string' ? () => target : target;
    this.#security = typeof security === 'function' ? security : () => security;
  }

  /** `path`: /package.Service/Method. */
  request(path: string): ClientHttp2Stream {
    return this.#openLine().request(path);
  }

  /** HOST:PORT to which the next call goes. */
  get target(): string {
    return this.#openLine().target;
  }

  /** Calls that are open go on; the next one opens another connection. */
  retire(): void {
    this.#line = null;
  }

  #openLine(): Line {
    if (this.#line?.isOpen !== true) {
      const target = this.#target();
      this.#line = new Line(target, this.#connect(target));
    }
    return this.#line;
  }

  #connect(target: string): ClientHttp2Session {
    const security = this.#security();
    const scheme = security === null ? 'http' : 'https';
    return connect(`${scheme}://${target}`, sessionOptions(security));
  }
}

/** One connection while it lives. */
class Line {
  readonly target: string;
  readonly #session: ClientHttp2Session;
  #streams = 0;
  #isSilent = true;
  #timer: NodeJS.Timeout | undefined;

  constructor(target: string, session: ClientHttp2Session) {
    this.target = target;
    this.#session = session;
    // Its streams hear of it.
    session.on('error', () => undefined);
    session.on('close', () => clearTimeout(this.#timer));
    this.#watch();
  }

  get isOpen(): boolean {
    return !this.#session.closed && !this.#session.destroyed;
  }

  request(path: string): ClientHttp2Stream {
    this.#streams += 1;
    const stream = this.#session.request({ ...headers, [constants.HTTP2_HEADER_PATH]: path });
    stream.on('data', () => {
      this.#isSilent = false;
    });
    // Whoever listens to the stream hears of its end before the connection goes.
    stream.on('close', () => setImmediate(() => this.#left()));
    return stream;
  }

  #left(): void {
    this.#streams -= 1;
    if (this.#streams === 0) this.#session.destroy();
  }

  #watch(): void {
    this.#isSilent = true;
    this.#after(silenceMs, () => {
      if (this.#isSilent) this.#ping();
      else this.#watch();
    });
  }

  /** A session that was destroyed says so a few turns later, and takes no ping meanwhile. */
  #ping(): void {
    if (this.#session.destroyed) return;
    this.#after(pingDeadlineMs, () => this.#session.destroy(new Error('the collector does not answer')));
    this.#session.ping((error) => {
      if (error === null) this.#watch();
    });
  }

  /** One timer at a time. */
  #after(delayMs: number, run: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(run, delayMs).unref();
  }
}
