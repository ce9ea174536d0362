// One gRPC call that streams both ways, on an HTTP/2 connection of its own. In: the collector's address, a method, messages
// as bytes. Out: events – `data` for each message, `drain` when more may be written, once `end` (status OK) or `error`
// (any other status, and whatever goes wrong). Nothing comes after that, nor after `cancel`.
//
// An agent has two calls that live for months, and each has its connection: a flood of data must not delay a directive.
// What a library has beyond that – names, balancing, retries – would cost each node more memory than its data (decision 11).
import { EventEmitter } from 'node:events';
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2';
import type { SecureContextOptions } from 'node:tls';
import { errorCode, errorMessage } from '../../shared/errors.ts';
import { frame, MessageReader } from './grpc-messages.ts';
import { type CallStatus, GrpcError, status, statusIn, statusOfReset, strangeness } from './grpc-status.ts';

/** Certificates, as Node wants them. The collector's name is checked against its own. */
export type CallSecurity = Pick<SecureContextOptions, 'ca' | 'cert' | 'key'>;

export interface CallOptions<Response> {
  /** HOST:PORT. */
  readonly target: string;
  /** null: plain text. */
  readonly security: CallSecurity | null;
  /** /package.Service/Method. */
  readonly path: string;
  /** Throws when the bytes are no message. */
  readonly decode: (bytes: Buffer) => Response;
  /** The longest message that may arrive. */
  readonly mostBytes: number;
}

interface CallEvents<Response> {
  data: [response: Response];
  drain: [];
  end: [];
  error: [error: Error];
}

/** A collector that hangs, or a line that was cut without a word, shows when nothing came and a ping is not answered. */
const silenceMs = 30_000;
const pingDeadlineMs = 10_000;
/** For the status that answers our end. */
const endDeadlineMs = 2_000;

const headers = {
  [constants.HTTP2_HEADER_METHOD]: constants.HTTP2_METHOD_POST,
  [constants.HTTP2_HEADER_CONTENT_TYPE]: 'application/grpc',
  [constants.HTTP2_HEADER_TE]: 'trailers',
};

export class GrpcCall<Response> extends EventEmitter<CallEvents<Response>> {
  readonly #session: ClientHttp2Session;
  readonly #stream: ClientHttp2Stream;
  readonly #decode: (bytes: Buffer) => Response;
  readonly #reader: MessageReader;
  /** As the trailers have it. */
  #status: CallStatus | undefined;
  /** What broke the connection. */
  #cause: Error | undefined;
  #isOver = false;
  #isSilent = true;
  #timer: NodeJS.Timeout | undefined;

  constructor({ target, security, path, decode, mostBytes }: CallOptions<Response>) {
    super();
    this.#decode = decode;
    this.#reader = new MessageReader(mostBytes);
    const scheme = security === null ? 'http' : 'https';
    this.#session = connect(`${scheme}://${target}`, { ...security, settings: { enablePush: false } });
    this.#stream = this.#session.request({ ...headers, [constants.HTTP2_HEADER_PATH]: path });
    this.#listen();
    this.#watch();
  }

  /** False: wait for `drain`. */
  write(message: Uint8Array): boolean {
    if (this.#isOver) return false;
    // What is written in one go leaves in one go.
    this.#stream.cork();
    process.nextTick(() => this.#stream.uncork());
    return this.#stream.write(frame(message));
  }

  /** No more messages. The collector answers with its status. */
  end(): void {
    if (this.#isOver) return;
    this.#stream.end();
    const late = { code: status.DEADLINE_EXCEEDED, details: 'the end was not answered' };
    this.#after(endDeadlineMs, () => this.#finish(late));
  }

  cancel(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#session.destroy();
  }

  /** What comes waits with its sender. */
  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  #listen(): void {
    const broken = (error: Error): void => {
      this.#cause ??= error;
    };
    this.#session.on('error', broken);
    const stream = this.#stream.on('error', broken);
    stream.on('response', (answer) => {
      const strange = statusIn(answer) ?? strangeness(answer);
      if (strange !== undefined) this.#finish(strange);
    });
    stream.on('trailers', (trailers) => {
      this.#status = statusIn(trailers);
    });
    stream.on('data', (chunk: Buffer) => this.#take(chunk));
    stream.on('drain', () => this.emit('drain'));
    stream.on('end', () => {
      if (this.#status !== undefined) this.#finish(this.#status);
      // What resets the stream comes with it, or not at all.
      else setImmediate(() => stream.close());
    });
    stream.on('close', () => this.#finish(this.#status ?? this.#breach()));
  }

  #take(chunk: Buffer): void {
    this.#isSilent = false;
    for (const response of this.#responsesIn(chunk)) if (!this.#isOver) this.emit('data', response);
  }

  #responsesIn(chunk: Buffer): readonly Response[] {
    try {
      return this.#reader.read(chunk).map((message) => this.#decode(message));
    } catch (error) {
      const code = error instanceof GrpcError ? error.code : status.INTERNAL;
      this.#finish({ code, details: errorMessage(error) });
      return [];
    }
  }

  /** Of a stream that ended without a status. */
  #breach(): CallStatus {
    if (!this.#session.destroyed) return statusOfReset(this.#stream.rstCode);
    const cause = this.#cause;
    // Several addresses that all refuse have a code and no message.
    const details = cause === undefined ? 'the connection was closed' : cause.message || errorCode(cause);
    return { code: status.UNAVAILABLE, details: details ?? cause?.name ?? '' };
  }

  #finish({ code, details }: CallStatus): void {
    if (this.#isOver) return;
    this.cancel();
    if (code === status.OK) this.emit('end');
    else this.emit('error', new GrpcError(code, details, { cause: this.#cause }));
  }

  #watch(): void {
    this.#isSilent = true;
    this.#after(silenceMs, () => {
      if (this.#isSilent) this.#ping();
      else this.#watch();
    });
  }

  #ping(): void {
    const dead = { code: status.UNAVAILABLE, details: 'the collector does not answer' };
    this.#after(pingDeadlineMs, () => this.#finish(dead));
    this.#session.ping((error) => {
      if (error === null && !this.#isOver && !this.#stream.writableEnded) this.#watch();
    });
  }

  /** One timer at a time. */
  #after(delayMs: number, run: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(run, delayMs).unref();
  }
}
