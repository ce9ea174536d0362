// A call as questions and answers: one message is asked for at a time, each within its deadline. In: a call. Out: messages;
// a StreamRefusal when none comes, when it is too large, or when the call is gone.
//
// Invariants: at most one message that nobody has asked for is kept, the rest waits in the sender's window; the call ends once.
import type { Clock } from '../../shared/clock.ts';
import { type GrpcStatus, status } from '../../shared/grpc-status.ts';
import { enrolmentBounds } from '../../shared/wire/enrolment.ts';
import type { GrpcCall } from '../grpc/grpc-call.ts';
import { StreamRefusal } from '../grpc/stream-refusal.ts';

interface Waiting {
  resolve(bytes: Buffer): void;
  reject(refusal: StreamRefusal): void;
}

export class Exchange {
  readonly #call: GrpcCall;
  readonly #clock: Clock;
  #come: Buffer | null = null;
  #refusal: StreamRefusal | null = null;
  #waiting: Waiting | null = null;

  constructor(call: GrpcCall, clock: Clock) {
    this.#call = call;
    this.#clock = clock;
    call.listen({
      message: (bytes) => this.#take(bytes),
      refused: (refusal) => this.#over(refusal),
      finished: () => this.#over(new StreamRefusal(status.CANCELLED, 'hung-up', 'nothing more came')),
      closed: () => this.#over(new StreamRefusal(status.CANCELLED, 'hung-up', 'the call is gone')),
    });
  }

  /** The next message; `what` it is, for the one who does not send it. Rejects with StreamRefusal. */
  read(what: string, withinMs: number): Promise<Buffer> {
    if (this.#come !== null) {
      const bytes = this.#come;
      this.#come = null;
      setImmediate(() => this.#call.resume());
      return Promise.resolve(bytes);
    }
    if (this.#refusal !== null) return Promise.reject(this.#refusal);
    return new Promise((resolve, reject) => {
      const cancel = this.#clock.after(withinMs, () => {
        const message = `no ${what} within ${withinMs / 1000} seconds`;
        this.#over(new StreamRefusal(status.DEADLINE_EXCEEDED, 'deadline', message));
      });
      this.#waiting = {
        resolve(bytes) {
          cancel();
          resolve(bytes);
        },
        reject(refusal) {
          cancel();
          reject(refusal);
        },
      };
    });
  }

  write(bytes: Buffer): void {
    this.#call.write(bytes);
  }

  end(code: GrpcStatus, message = ''): void {
    this.#call.end(code, message);
  }

  #take(bytes: Buffer): void {
    const most = enrolmentBounds.requestBytes;
    if (bytes.length > most) {
      const message = `a message of ${bytes.length} bytes, at most ${most}`;
      this.#over(new StreamRefusal(status.RESOURCE_EXHAUSTED, 'too-large', message));
      return;
    }
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting !== null) {
      waiting.resolve(Buffer.from(bytes));
      return;
    }
    this.#come = Buffer.from(bytes);
    this.#call.pause();
  }

  #over(refusal: StreamRefusal): void {
    this.#refusal ??= refusal;
    this.#waiting?.reject(refusal);
    this.#waiting = null;
  }
}
