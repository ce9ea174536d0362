// What gRPC alone costs: a server that takes the same messages, reads nothing of them, and sends receipts as often.
import { Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js';
import type { StreamTelemetryResponseInput } from '../../proto/gen/jidi/v1/StreamTelemetryResponse.ts';
import { controlServerStream, telemetryServerStream } from '../../proto/server-streams.ts';

type Call = ServerDuplexStream<Buffer, StreamTelemetryResponseInput>;

export class BareServer {
  readonly #server = new Server({ 'grpc-node.max_session_memory': 10 });
  readonly #syncEveryMs: number;
  readonly #pending = new Map<Call, number>();
  #messages = 0;

  constructor(syncEveryMs: number) {
    this.#syncEveryMs = syncEveryMs;
    this.#server.addService(
      { StreamTelemetry: telemetryServerStream() },
      { StreamTelemetry: (call: Call) => this.#telemetry(call) },
    );
    this.#server.addService(
      { StreamControl: controlServerStream() },
      { StreamControl: (call: Call) => void call.on('data', () => undefined).on('error', () => undefined) },
    );
  }

  /** Greetings excepted. */
  get messages(): number {
    return this.#messages;
  }

  listen(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
        if (error === null) resolve(port);
        else reject(error);
      });
    });
  }

  stop(): Promise<void> {
    this.#server.forceShutdown();
    return Promise.resolve();
  }

  #telemetry(call: Call): void {
    let received = 0;
    call.on('error', () => undefined);
    call.on('data', () => {
      received += 1;
      if (received === 1) {
        call.write({ welcome: { protocolVersion: 1, credit: 32 } });
        return;
      }
      this.#messages += 1;
      if (this.#pending.size === 0) setTimeout(() => this.#sync(), this.#syncEveryMs);
      this.#pending.set(call, received - 1);
    });
  }

  #sync(): void {
    for (const [call, sequence] of this.#pending) {
      call.write({ ack: { position: { dataClass: 'DATA_CLASS_METRIC', sequence }, credit: 32 } });
    }
    this.#pending.clear();
  }
}
