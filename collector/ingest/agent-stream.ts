// What telemetry and control sessions have in common: a greeting within its deadline, messages one after another, one
// end. In: a gRPC call whose requests are bytes. Out: calls of the session's own handlers.
//
// Invariants: messages are handled strictly in order; while one takes its time, the call is paused, so a flood waits in
// the sender's window, not here; at most `maxUnsent` responses wait for one who does not read; `end` happens once.
import { status } from '../../shared/grpc-status.ts';
import type { Logger } from '../../shared/log.ts';
import type { GrpcCall } from '../grpc/grpc-call.ts';
import { StreamRefusal } from '../grpc/stream-refusal.ts';
import { refusalOfMessage } from '../grpc/unreadable.ts';
import { helloDeadlineMs } from './greeting.ts';

/** Far more than receipts and directives that may wait for a slow line. */
const maxUnsent = 1024;

export interface StreamHandlers {
  /** Returns a promise when it takes its time. Throws or rejects with StreamRefusal to end the stream with its status. */
  message(bytes: Buffer): Promise<void> | undefined;
  /** After the end, whoever ended it. */
  ended(refusal: StreamRefusal | null): void;
}

export interface AgentStreamOptions<Response> {
  readonly serialize: (response: Response) => Buffer;
  readonly log: Logger;
}

export class AgentStream<Response> {
  readonly #call: GrpcCall;
  readonly #options: AgentStreamOptions<Response>;
  readonly #handlers: StreamHandlers;
  readonly #helloTimer: NodeJS.Timeout;
  #over = false;

  constructor(call: GrpcCall, handlers: StreamHandlers, options: AgentStreamOptions<Response>) {
    this.#call = call;
    this.#handlers = handlers;
    this.#options = options;
    this.#helloTimer = setTimeout(() => {
      this.end(new StreamRefusal(status.DEADLINE_EXCEEDED, 'hello-deadline', 'no hello within ten seconds'));
    }, helloDeadlineMs);
    call.listen({
      message: (bytes) => this.#handle(bytes),
      refused: (refusal) => this.end(refusal),
      finished: () => this.end(null),
      closed: () => this.end(null),
    });
  }

  get isOver(): boolean {
    return this.#over;
  }

  /** Call it when the greeting came. */
  greeted(): void {
    clearTimeout(this.#helloTimer);
    this.#call.greeted();
  }

  /** Responses that wait to be read. */
  get unsent(): number {
    return this.#call.unsent;
  }

  write(response: Response): void {
    if (this.#over) return;
    if (this.unsent < maxUnsent) {
      this.#call.write(this.#options.serialize(response));
      return;
    }
    const message = `more than ${maxUnsent} responses wait to be read`;
    this.end(new StreamRefusal(status.RESOURCE_EXHAUSTED, 'not-reading', message));
  }

  end(refusal: StreamRefusal | null): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#helloTimer);
    this.#call.end(refusal?.grpcStatus ?? status.OK, refusal?.message);
    this.#handlers.ended(refusal);
  }

  #handle(bytes: Buffer): void {
    try {
      const work = this.#handlers.message(bytes);
      if (work !== undefined) this.#await(work);
    } catch (error) {
      this.end(this.#refusalOf(error));
    }
  }

  #await(work: Promise<void>): void {
    this.#call.pause();
    work
      .catch((error: unknown) => this.end(this.#refusalOf(error)))
      .finally(() => this.#call.resume())
      .catch((error: unknown) => this.#logFailure(error));
  }

  #refusalOf(error: unknown): StreamRefusal {
    const refusal = refusalOfMessage(error);
    if (refusal !== undefined) return refusal;
    this.#logFailure(error);
    return new StreamRefusal(
      status.INTERNAL,
      'internal',
      'the collector failed on this stream; its log says why',
    );
  }

  #logFailure(error: unknown): void {
    this.#options.log.error({ err: error, peer: this.#call.peer }, 'stream failed');
  }
}
