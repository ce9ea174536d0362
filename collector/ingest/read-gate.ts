// In: a call as gRPC has it. Out: the same call, from which only so many messages are read ahead as may wait: gRPC itself
// reads sixteen, however large, of a stream that is paused, and with thousands of agents that is no bound.
import { ServerInterceptingCall, type ServerInterceptingCallInterface } from '@grpc/grpc-js';

/** Messages of one stream that are read and not taken yet. */
const mostWaiting = 2;

/** A message that waits for its turn. */
export class WaitingMessage {
  readonly #bytes: Buffer;
  readonly #gate: ReadGate;

  constructor(bytes: Buffer, gate: ReadGate) {
    this.#bytes = bytes;
    this.#gate = gate;
  }

  /** Its turn has come; once. */
  take(): Buffer {
    this.#gate.taken();
    return this.#bytes;
  }
}

/** As an interceptor of the server. */
export function gated(call: ServerInterceptingCallInterface): ServerInterceptingCall {
  const gate = new ReadGate(call);
  return new GatedCall(call, gate);
}

class ReadGate {
  readonly #call: ServerInterceptingCallInterface;
  #waiting = 0;
  #isWanted = false;

  constructor(call: ServerInterceptingCallInterface) {
    this.#call = call;
  }

  wanted(): void {
    if (this.#waiting >= mostWaiting) this.#isWanted = true;
    else this.#call.startRead();
  }

  arrived(bytes: Buffer): WaitingMessage {
    this.#waiting += 1;
    return new WaitingMessage(bytes, this);
  }

  taken(): void {
    this.#waiting -= 1;
    if (!this.#isWanted) return;
    this.#isWanted = false;
    this.#call.startRead();
  }
}

class GatedCall extends ServerInterceptingCall {
  readonly #gate: ReadGate;

  constructor(call: ServerInterceptingCallInterface, gate: ReadGate) {
    super(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, pass) => pass(metadata),
          onReceiveMessage: (bytes: Buffer, pass) => pass(gate.arrived(bytes)),
          onReceiveHalfClose: (pass) => pass(),
          onCancel: () => undefined,
        }),
    });
    this.#gate = gate;
  }

  override startRead(): void {
    this.#gate.wanted();
  }
}
