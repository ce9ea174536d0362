// One gRPC call that streams both ways. In: a connection, a method, messages as bytes. Out: events – `data` for each
// message, `drain` when more may be written, once `end` (status OK) or `error` (any other status, and whatever goes wrong).
// Nothing comes after that, nor after `cancel`.
//
// An agent has two calls that live for months. What a library has beyond that – names, balancing, retries – would cost each
// node more memory than its data (decision 11).
import { EventEmitter } from 'node:events';
import { type ClientHttp2Stream, constants, type Http2Session } from 'node:http2';
import { errorCode, errorMessage } from '../../shared/errors.ts';
import { status } from '../../shared/grpc-status.ts';
import type { GrpcConnection } from './grpc-connection.ts';
import { frame, MessageReader } from './grpc-messages.ts';
import { type CallStatus, GrpcError, statusIn, statusOfReset, strangeness } from './grpc-status.ts';

export interface CallOptions<Response> {
  readonly connection: GrpcConnection;
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

/** For the status that answers our end. */
const endDeadlineMs = 2_000;

export class GrpcCall<Response> extends EventEmitter<CallEvents<Response>> {
  readonly #stream: ClientHttp2Stream;
  readonly #session: Http2Session | undefined;
  readonly #decode: (bytes: Buffer) => Response;
  readonly #reader: MessageReader;
  /** As the trailers have it. */
  #status: CallStatus | undefined;
  /** What broke the stream, or its connection. */
  #cause: Error | undefined;
  #isOver = false;
  #timer: NodeJS.Timeout | undefined;

  constructor({ connection, path, decode, mostBytes }: CallOptions<Response>) {
    super();
    this.#decode = decode;
    this.#reader = new MessageReader(mostBytes);
    this.#stream = connection.request(path);
    // A stream that is over does not know it any more.
    this.#session = this.#stream.session;
    this.#listen();
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
    this.#timer = setTimeout(() => this.#finish(late), endDeadlineMs).unref();
  }

  cancel(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#stream.close(constants.NGHTTP2_CANCEL);
    this.#stream.destroy();
  }

  /** What comes waits with its sender. */
  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  #listen(): void {
    const stream = this.#stream.on('error', (error) => {
      this.#cause = error;
    });
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
    if (this.#session?.destroyed === false) return statusOfReset(this.#stream.rstCode);
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
}
