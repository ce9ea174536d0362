// Typed calls between two threads. In: a port and, on the side that serves, functions by name. Out: on the side that
// calls, the same functions as promises. Arguments and results are structured clones; one given as `Transferred` hands
// its buffers over instead.
// It refuses (StoreError): calls beyond the bound and answers past the deadline (`busy`), and every call once the
// other side has ended (`closed`).
//
// A Buffer arrives as Uint8Array, and with it the whole memory that it is a view of: give a copy of its own.
import type { Transferable } from 'node:worker_threads';
import { type Clock, systemClock } from '../../../shared/clock.ts';
import { StoreError } from '../store.ts';
import { fromToldError, type ToldError, toToldError } from './told-error.ts';

/** What a Worker and a MessagePort have in common. */
export interface CallPort {
  postMessage(message: unknown, transfer: readonly Transferable[]): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
}

/** An argument or a result whose buffers move to the other side; the giver cannot use them any more. */
export class Transferred<T> {
  readonly value: T;
  readonly buffers: readonly ArrayBuffer[];

  /** `views`: all that lie in the value. */
  constructor(value: T, views: Iterable<ArrayBufferView<ArrayBuffer>>) {
    this.value = value;
    this.buffers = [...new Set([...views].map(({ buffer }) => buffer))];
  }
}

export type HandlersOf<H> = { readonly [K in keyof H]: (...args: never[]) => unknown };

/** The handlers as the other side sees them. */
export type CallsOf<H extends HandlersOf<H>> = {
  readonly [K in keyof H]: (
    ...args: Sendable<Parameters<H[K]>>
  ) => Promise<Received<Awaited<ReturnType<H[K]>>>>;
};
type Sendable<P extends readonly unknown[]> = { [I in keyof P]: P[I] | Transferred<P[I]> };
type Received<T> = T extends Transferred<infer V> ? V : T;

interface Call {
  readonly id: number;
  readonly name: string;
  readonly args: readonly never[];
}

type Answer = { readonly id: number } & ({ readonly result: unknown } | { readonly error: ToldError });

export function serveCalls<H extends HandlersOf<H>>(port: CallPort, handlers: H): void {
  const byName = new Map(Object.entries<(...args: never[]) => unknown>(handlers));
  port.on('message', (message) => void answer(port, byName, message as Call));
}

async function answer(
  port: CallPort,
  handlers: ReadonlyMap<string, (...args: never[]) => unknown>,
  { id, name, args }: Call,
): Promise<void> {
  try {
    const handler = handlers.get(name);
    if (handler === undefined) throw new Error(`no handler is named ${name}`);
    const result = await handler(...args);
    if (result instanceof Transferred) port.postMessage({ id, result: result.value }, result.buffers);
    else port.postMessage({ id, result }, []);
  } catch (error) {
    port.postMessage({ id, error: toToldError(error) }, []);
  }
}

export interface CallOptions<H> {
  /** Who serves, for messages: `store writer`. */
  readonly name: string;
  readonly maxUnderWay?: number;
  readonly deadlineMs?: number;
  /** Calls that may take as long as they take. */
  readonly withoutDeadline?: readonly (keyof H & string)[];
  readonly clock?: Clock;
}

export interface CallStatistics {
  readonly underWay: number;
  /** Calls beyond the bound. */
  readonly refused: number;
  /** Calls whose deadline passed. */
  readonly late: number;
}

export interface CallEnd<H extends HandlersOf<H>> {
  readonly calls: CallsOf<H>;
  statistics(): CallStatistics;
  /** Fails what is under way and every call from now on; idempotent. */
  end(reason: string): void;
}

export function callsTo<H extends HandlersOf<H>>(port: CallPort, options: CallOptions<H>): CallEnd<H> {
  const caller = new Caller(port, options);
  const byName: Record<string, unknown> = {};
  // One function per name, made when it is first asked for. `then` must stay absent, or it would look like a promise.
  const calls = new Proxy(byName, {
    get: (known, name) => {
      if (typeof name !== 'string' || name === 'then') return undefined;
      known[name] ??= (...args: readonly unknown[]) => caller.call(name, args);
      return known[name];
    },
  });
  return {
    calls: calls as CallsOf<H>,
    statistics: () => caller.statistics(),
    end: (reason) => caller.end(reason),
  };
}

interface UnderWay {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly cancelDeadline: () => void;
}

// Invariants: every call is settled once: by its answer, its deadline or the end.
class Caller {
  readonly #port: CallPort;
  readonly #name: string;
  readonly #maxUnderWay: number;
  readonly #deadlineMs: number;
  readonly #withoutDeadline: ReadonlySet<string>;
  readonly #clock: Clock;
  readonly #underWay = new Map<number, UnderWay>();
  #lastId = 0;
  #refused = 0;
  #late = 0;
  #endReason: string | undefined;

  constructor(port: CallPort, { name, maxUnderWay, deadlineMs, withoutDeadline, clock }: CallOptions<never>) {
    this.#port = port;
    this.#name = name;
    this.#maxUnderWay = maxUnderWay ?? 4096;
    this.#deadlineMs = deadlineMs ?? 60_000;
    this.#withoutDeadline = new Set(withoutDeadline ?? []);
    this.#clock = clock ?? systemClock;
    port.on('message', (message) => this.#settle(message as Answer));
  }

  call(name: string, args: readonly unknown[]): Promise<unknown> {
    if (this.#endReason !== undefined) return Promise.reject(this.#closed(this.#endReason));
    // A full thread must still be able to close.
    if (this.#underWay.size >= this.#maxUnderWay && name !== 'close') {
      this.#refused += 1;
      return Promise.reject(this.#busy(`${this.#maxUnderWay} calls are under way`));
    }
    this.#lastId += 1;
    const id = this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const cancelDeadline = this.#withoutDeadline.has(name) ? () => {} : this.#startDeadline(id, name);
    this.#underWay.set(id, { resolve, reject, cancelDeadline });
    try {
      const values = args.map((arg) => (arg instanceof Transferred ? arg.value : arg));
      const buffers = args.flatMap((arg) => (arg instanceof Transferred ? arg.buffers : []));
      this.#port.postMessage({ id, name, args: values }, buffers);
    } catch (error) {
      // An argument that cannot be cloned.
      this.#take(id)?.reject(error);
    }
    return promise;
  }

  end(reason: string): void {
    if (this.#endReason !== undefined) return;
    this.#endReason = reason;
    for (const id of this.#underWay.keys()) this.#take(id)?.reject(this.#closed(reason));
  }

  statistics(): CallStatistics {
    return { underWay: this.#underWay.size, refused: this.#refused, late: this.#late };
  }

  #startDeadline(id: number, name: string): () => void {
    return this.#clock.after(this.#deadlineMs, () => {
      this.#late += 1;
      this.#take(id)?.reject(this.#busy(`no answer to ${name} within ${this.#deadlineMs} ms`));
    });
  }

  #settle(answered: Answer): void {
    const call = this.#take(answered.id);
    // An answer past its deadline has nobody left to hear it.
    if (call === undefined) return;
    if ('error' in answered) call.reject(fromToldError(answered.error));
    else call.resolve(answered.result);
  }

  #take(id: number): UnderWay | undefined {
    const call = this.#underWay.get(id);
    this.#underWay.delete(id);
    call?.cancelDeadline();
    return call;
  }

  #busy(why: string): StoreError {
    return new StoreError(
      'busy',
      `${this.#name}: ${why}. Try again later; when it lasts, the disk is too slow.`,
    );
  }

  #closed(why: string): StoreError {
    return new StoreError('closed', `${this.#name}: ${why}`);
  }
}
