// What telemetry and control sessions have in common: a greeting within its deadline, messages one after another, one
// end. In: a gRPC bidirectional call whose requests are bytes. Out: calls of the session's own handlers.
//
// Invariants: messages are handled strictly in order; while one takes its time, the call is paused, so a flood waits in
// the sender's window, not here; at most `maxUnsent` responses wait for one who does not read; `end` happens once.
import { type ServerDuplexStream, status } from '@grpc/grpc-js';
import type { Logger } from '../../shared/log.ts';
import { wireBounds } from '../../shared/wire/bounds.ts';
import { WireError } from '../../shared/wire/wire-error.ts';
import { helloDeadlineMs } from './greeting.ts';
import type { WaitingMessage } from './read-gate.ts';
import { StreamRefusal } from './stream-refusal.ts';

/** Far more than receipts and directives that may wait for a slow line. */
const maxUnsent = 1024;

export interface StreamHandlers {
  /** Returns a promise when it takes its time. Throws or rejects with StreamRefusal to end the stream with its status. */
  message(bytes: Buffer): Promise<void> | undefined;
  /** After the end, whoever ended it. */
  ended(refusal: StreamRefusal | null): void;
}

export type AgentCall<Response> = ServerDuplexStream<WaitingMessage, Response>;

export class AgentStream<Response> {
  readonly #call: AgentCall<Response>;
  readonly #log: Logger;
  readonly #handlers: StreamHandlers;
  readonly #helloTimer: NodeJS.Timeout;
  /** What came although the call is paused, and waits behind the message that takes its time. */
  readonly #waiting: WaitingMessage[] = [];
  #isBusy = false;
  #hasNoMore = false;
  #over = false;

  constructor(call: AgentCall<Response>, handlers: StreamHandlers, log: Logger) {
    this.#call = call;
    this.#handlers = handlers;
    this.#log = log;
    this.#helloTimer = setTimeout(() => {
      this.end(new StreamRefusal(status.DEADLINE_EXCEEDED, 'hello-deadline', 'no hello within ten seconds'));
    }, helloDeadlineMs);
    call.on('data', (message: WaitingMessage) => {
      if (this.#isBusy) this.#waiting.push(message);
      else this.#handle(message.take());
    });
    call.on('end', () => {
      this.#hasNoMore = true;
      if (!this.#isBusy) this.end(null);
    });
    call.on('error', () => this.end(null));
    call.on('cancelled', () => this.end(null));
  }

  get peer(): string {
    return this.#call.getPeer();
  }

  get isOver(): boolean {
    return this.#over;
  }

  /** Call it when the greeting came. */
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
    this.#waiting.length = 0;
    if (refusal === null) this.#call.end();
    else this.#call.emit('error', { code: refusal.grpcStatus, details: refusal.message });
    // What still comes is not kept.
    this.#call.resume();
    this.#handlers.ended(refusal);
  }

  #handle(bytes: Buffer): void {
    if (this.#over) return;
    try {
      if (bytes.length > wireBounds.messageBytes) throw tooLarge(bytes.length);
      const work = this.#handlers.message(bytes);
      if (work !== undefined) this.#await(work);
    } catch (error) {
      this.end(this.#refusalOf(error));
    }
  }

  #await(work: Promise<void>): void {
    this.#isBusy = true;
    this.#call.pause();
    work
      .catch((error: unknown) => this.end(this.#refusalOf(error)))
      .finally(() => this.#goOn())
      .catch((error: unknown) => this.#log.error({ err: error, peer: this.peer }, 'stream failed'));
  }

  #goOn(): void {
    this.#isBusy = false;
    while (!this.#isBusy) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      this.#handle(next.take());
    }
    if (this.#isBusy || this.#over) return;
    if (this.#hasNoMore) this.end(null);
    else this.#call.resume();
  }

  #refusalOf(error: unknown): StreamRefusal {
    if (error instanceof StreamRefusal) return error;
    if (error instanceof WireError)
      return new StreamRefusal(status.INVALID_ARGUMENT, error.code, error.message);
    // Which byte is wrong helps nobody: whoever speaks this protocol does not send such bytes.
    if (error instanceof RangeError) {
      return new StreamRefusal(
        status.INVALID_ARGUMENT,
        'unreadable',
        'a message that is none of this protocol',
      );
    }
    this.#log.error({ err: error, peer: this.peer }, 'stream failed');
    return new StreamRefusal(
      status.INTERNAL,
      'internal',
      'the collector failed on this stream; its log says why',
    );
  }
}

function tooLarge(sizeBytes: number): StreamRefusal {
  const { messageBytes } = wireBounds;
  const message = `a message of ${sizeBytes} bytes, at most ${messageBytes}; send smaller batches`;
  return new StreamRefusal(status.RESOURCE_EXHAUSTED, 'too-large', message);
}
