// What telemetry and control sessions have in common: a greeting within its deadline, messages one after another, one
// end. In: a gRPC bidirectional call. Out: calls of the session's own handlers.
//
// Invariants: messages are handled strictly in order; while one is handled, the call is paused, so a flood waits in the
// sender's window, not here; at most `maxUnsent` responses wait for one who does not read; `end` happens once.
import { type ServerDuplexStream, status } from '@grpc/grpc-js';
import type { Logger } from '../../shared/log.ts';
import { WireError } from '../../shared/wire/wire-error.ts';
import { helloDeadlineMs } from './greeting.ts';
import type { Received } from './received.ts';
import { StreamRefusal } from './stream-refusal.ts';

/** Far more than receipts and directives that may wait for a slow line. */
const maxUnsent = 1024;

export interface StreamHandlers<Request> {
  /** A message of so many bytes came, or one that cannot be read, which ends the stream. */
  received(received: Received<Request>): void;
  /** Throws StreamRefusal to end the stream with its status. */
  message(request: Request): Promise<void>;
  /** After the end, whoever ended it. */
  ended(refusal: StreamRefusal | null): void;
}

export type AgentCall<Request, Response> = ServerDuplexStream<Received<Request>, Response>;

export class AgentStream<Request, Response> {
  readonly #call: AgentCall<Request, Response>;
  readonly #log: Logger;
  readonly #handlers: StreamHandlers<Request>;
  readonly #helloTimer: NodeJS.Timeout;
  #queue: Promise<void> = Promise.resolve();
  #over = false;

  constructor(call: AgentCall<Request, Response>, handlers: StreamHandlers<Request>, log: Logger) {
    this.#call = call;
    this.#handlers = handlers;
    this.#log = log;
    this.#helloTimer = setTimeout(() => {
      this.end(new StreamRefusal(status.DEADLINE_EXCEEDED, 'hello-deadline', 'no hello within ten seconds'));
    }, helloDeadlineMs);
    call.on('data', (received: Received<Request>) => this.#take(received));
    call.on('end', () => void this.#queue.then(() => this.end(null)));
    call.on('error', () => this.end(null));
    call.on('cancelled', () => this.end(null));
  }

  get peer(): string {
    return this.#call.getPeer();
  }

  get isOver(): boolean {
    return this.#over;
  }

  /** Call it when the greeting was accepted. */
  greeted(): void {
    clearTimeout(this.#helloTimer);
  }

  /** False when the other side does not keep up; what was written is sent all the same. */
  write(response: Response): boolean {
    if (this.#over) return false;
    if (this.#call.writableLength < maxUnsent) return this.#call.write(response);
    const message = `more than ${maxUnsent} responses wait to be read`;
    this.end(new StreamRefusal(status.RESOURCE_EXHAUSTED, 'not-reading', message));
    return false;
  }

  end(refusal: StreamRefusal | null): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#helloTimer);
    if (refusal === null) this.#call.end();
    else this.#call.emit('error', { code: refusal.grpcStatus, details: refusal.message });
    this.#handlers.ended(refusal);
  }

  #take(received: Received<Request>): void {
    if (this.#over) return;
    this.#handlers.received(received);
    if ('unreadable' in received) return this.end(received.unreadable);
    this.#call.pause();
    this.#queue = this.#queue.then(() => this.#handle(received.request));
  }

  async #handle(request: Request): Promise<void> {
    if (this.#over) return;
    try {
      await this.#handlers.message(request);
    } catch (error) {
      this.end(this.#refusalOf(error));
    }
    this.#call.resume();
  }

  #refusalOf(error: unknown): StreamRefusal {
    if (error instanceof StreamRefusal) return error;
    if (error instanceof WireError)
      return new StreamRefusal(status.INVALID_ARGUMENT, error.code, error.message);
    this.#log.error({ err: error, peer: this.peer }, 'stream failed');
    return new StreamRefusal(
      status.INTERNAL,
      'internal',
      'the collector failed on this stream; its log says why',
    );
  }
}
