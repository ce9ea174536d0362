// In: a command. Out: the executor's events about it, the last one always `ended`, whatever happens on the way.
// The executor runs an id at most once, so after a broken connection the same command is simply asked again.
import { connect, type Socket } from 'node:net';
import { FrameReader } from '../../executor/frame-reader.ts';
import type { EndedEvent, ExecutorCancel, ExecutorEvent, ExecutorRequest } from '../../executor/protocol.ts';
import { Backoff } from '../../shared/backoff.ts';
import type { Clock } from '../../shared/clock.ts';
import type { CommandRequest } from '../../shared/model/command.ts';
import { endedByAgent, parseExecutorEvent } from './executor-event.ts';

export interface ExecutorLinkOptions {
  readonly socketPath: string;
  readonly node: string;
  readonly clock: Clock;
  /** How long it is tried to reach the executor; shorter than the collector waits for an answer. */
  readonly reachWithinMs?: number;
}

export interface RunningCommand {
  cancel(): void;
  /** Lets go of it without ending it; no more events. */
  abandon(): void;
}

/** What AgentControl needs of the executor. */
export interface ExecutorDoor {
  run(request: CommandRequest, listener: (event: ExecutorEvent) => void): RunningCommand;
}

const defaultReachWithinMs = 6_000;
/** How long past its time-out a command may stay without an outcome. */
const answerGraceMs = 30_000;

export class ExecutorLink implements ExecutorDoor {
  readonly #options: ExecutorLinkOptions;

  constructor(options: ExecutorLinkOptions) {
    this.#options = options;
  }

  run(request: CommandRequest, listener: (event: ExecutorEvent) => void): RunningCommand {
    return new Conversation(this.#options, request, listener);
  }
}

/** One command: one connection, or several when they break. Invariant: `ended` is told exactly once. */
class Conversation implements RunningCommand {
  readonly #options: ExecutorLinkOptions;
  readonly #request: CommandRequest;
  readonly #listener: (event: ExecutorEvent) => void;
  readonly #backoff = new Backoff({ firstMs: 50, capMs: 1_000 });
  readonly #stopDeadline: () => void;
  #socket: Socket | undefined;
  #stopRetry: () => void = () => undefined;
  #unreachableSince: number;
  /** True once the executor may have begun it. */
  #handedOver = false;
  #started = false;
  #cancelled = false;
  #over = false;

  constructor(
    options: ExecutorLinkOptions,
    request: CommandRequest,
    listener: (event: ExecutorEvent) => void,
  ) {
    this.#options = options;
    this.#request = request;
    this.#listener = listener;
    this.#unreachableSince = options.clock.monotonic();
    this.#stopDeadline = options.clock.after(request.timeoutMs + answerGraceMs, () =>
      this.#end(endedByAgent('executor-silent', options.clock.now(), this.#handedOver)),
    );
    this.#open();
  }

  cancel(): void {
    this.#cancelled = true;
    this.#sendCancel();
  }

  abandon(): void {
    this.#over = true;
    this.#release();
  }

  #open(): void {
    const reader = new FrameReader();
    const socket = connect(this.#options.socketPath);
    this.#socket = socket;
    socket.on('connect', () => {
      this.#handedOver = true;
      socket.write(`${JSON.stringify(this.#line())}\n`);
      if (this.#cancelled) this.#sendCancel();
    });
    socket.on('data', (chunk: Buffer) => {
      const { lines, fault } = reader.push(chunk);
      for (const line of lines) this.#hear(line);
      if (fault !== null) socket.destroy();
    });
    // 'close' follows every error.
    socket.on('error', () => undefined);
    socket.on('close', () => this.#retry());
  }

  #hear(line: string): void {
    const event = parseExecutorEvent(line);
    if (event === undefined || this.#over) return;
    this.#unreachableSince = Number.POSITIVE_INFINITY;
    if (event.kind === 'ended') return this.#end(event);
    // After a reconnection the executor says `started` again.
    if (event.kind === 'started' && this.#started) return;
    if (event.kind === 'started') this.#started = true;
    this.#listener(event);
  }

  #retry(): void {
    if (this.#over) return;
    const { clock, reachWithinMs = defaultReachWithinMs } = this.#options;
    const now = clock.monotonic();
    this.#unreachableSince = Math.min(this.#unreachableSince, now);
    if (now - this.#unreachableSince > reachWithinMs) {
      return this.#end(endedByAgent('executor-unreachable', clock.now(), this.#handedOver));
    }
    this.#stopRetry = clock.after(this.#backoff.next(), () => this.#open());
  }

  #sendCancel(): void {
    const cancel: ExecutorCancel = { version: 1, kind: 'cancel' };
    if (this.#socket?.readyState === 'open') this.#socket.write(`${JSON.stringify(cancel)}\n`);
  }

  #line(): ExecutorRequest {
    const { id, action, parameters, requester, issuedTimeMs, expiresTimeMs, timeoutMs } = this.#request;
    const fields = { id, action, parameters, requester, issuedTimeMs, expiresTimeMs, timeoutMs };
    return { version: 1, kind: 'run', node: this.#options.node, ...fields };
  }

  #end(event: EndedEvent): void {
    if (this.#over) return;
    this.#over = true;
    this.#release();
    this.#listener(event);
  }

  #release(): void {
    this.#stopRetry();
    this.#stopDeadline();
    this.#socket?.destroy();
  }
}
