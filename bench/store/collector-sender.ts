// Hands ticks to a collector as agents do: one stream for each node. In: portions. Out: batches on their streams, as many under
// way as the collector gives credit for.
//
// Invariant: numbers of a node ascend without holes; what was not acknowledged is under way.
import { randomUUID } from 'node:crypto';
import { GrpcConnection } from '../../agent/uplink/grpc-connection.ts';
import type { StreamDialect, StreamKind } from '../../agent/uplink/stream-dialect.ts';
import { telemetryStream } from '../../agent/uplink/stream-kinds.ts';
import type { StreamTelemetryResponse } from '../../proto/gen/jidi/v1/StreamTelemetryResponse.ts';
import { protocolVersion } from '../../proto/protocol-version.ts';
import { version } from '../../shared/version.ts';
import type { NodeTicks, Portion } from './data-set.ts';

const patienceMs = 60_000;

export class CollectorSender {
  readonly #target: string;
  readonly #streams = new Map<string, NodeStream>();

  constructor(target: string) {
    this.#target = target;
  }

  /** Opens the streams, some at a time. */
  async open(nodes: readonly string[]): Promise<void> {
    const atOnce = 64;
    for (let from = 0; from < nodes.length; from += atOnce) {
      await Promise.all(
        nodes.slice(from, from + atOnce).map(async (node) => {
          const stream = new NodeStream(this.#target, node);
          await stream.welcomed;
          this.#streams.set(node, stream);
        }),
      );
    }
  }

  async send(portion: Portion): Promise<void> {
    for (const nodeTicks of portion) {
      const stream = this.#streams.get(nodeTicks.node);
      if (stream === undefined) throw new Error(`no stream of ${nodeTicks.node}`);
      if (!stream.hasRoom) await stream.room();
      stream.send(nodeTicks);
    }
    // Answers must be read in between.
    await new Promise<void>((resolve) => setImmediate(resolve));
  }

  async flush(): Promise<void> {
    for (const stream of this.#streams.values()) await stream.drained();
  }

  close(): void {
    for (const stream of this.#streams.values()) stream.close();
  }
}

class NodeStream {
  readonly welcomed: Promise<void>;
  readonly #node: string;
  readonly #kind: StreamKind<Buffer, StreamTelemetryResponse>;
  readonly #dialect: StreamDialect<Buffer, StreamTelemetryResponse>;
  readonly #welcome = Promise.withResolvers<void>();
  #waiting: PromiseWithResolvers<void> | null = null;
  #failure: Error | null = null;
  #credit = 0;
  #sent = 0;
  #acknowledged = 0;
  #blocked = false;

  constructor(target: string, node: string) {
    this.#node = node;
    this.#kind = telemetryStream(new GrpcConnection(target));
    this.#dialect = this.#kind.open();
    this.welcomed = this.#welcome.promise;
    const { call } = this.#dialect;
    call.on('data', (response: StreamTelemetryResponse) => this.#receive(response));
    call.on('error', (error: Error) => this.#fail(error));
    call.on('drain', () => {
      this.#blocked = false;
      this.#waiting?.resolve();
    });
    const identity = {
      name: node,
      role: 'compute',
      bootId: 'bench',
      agentVersion: version,
      intervalMs: 5_000,
    } as const;
    const held = [{ dataClass: 'metric', first: 1, next: 1 }] as const;
    const times = { sentTimeMs: Date.now(), bootTimeMs: 0 };
    call.write(this.#dialect.hello({ protocolVersion, identity, spoolId: randomUUID(), ...times, held }));
  }

  get hasRoom(): boolean {
    return !this.#blocked && this.#sent - this.#acknowledged < this.#credit;
  }

  async room(): Promise<void> {
    while (!this.hasRoom) await this.#change();
  }

  async drained(): Promise<void> {
    while (this.#sent > this.#acknowledged) await this.#change();
  }

  send({ ticks }: NodeTicks): void {
    if (this.#failure !== null) throw this.#failure;
    this.#sent += 1;
    const batch = { sequence: this.#sent, payload: { kind: 'metrics', ticks }, bootedMs: null } as const;
    if (!this.#dialect.call.write(this.#dialect.batch(batch))) this.#blocked = true;
  }

  close(): void {
    this.#dialect.call.on('error', () => undefined);
    this.#dialect.call.cancel();
  }

  async #change(): Promise<void> {
    if (this.#failure !== null) throw this.#failure;
    this.#waiting ??= Promise.withResolvers<void>();
    const timer = setTimeout(() => this.#fail(new Error('no answer within a minute')), patienceMs);
    await this.#waiting.promise;
    clearTimeout(timer);
    this.#waiting = null;
  }

  #receive(response: StreamTelemetryResponse): void {
    const message = this.#dialect.decode(response);
    if (message.kind === 'welcome') {
      this.#credit = message.welcome.credit;
      this.#welcome.resolve();
    } else if (message.kind === 'ack') {
      this.#credit = message.ack.credit;
      this.#acknowledged = message.ack.position.sequence;
      this.#waiting?.resolve();
    } else if (message.kind === 'refusal') {
      this.#fail(new Error(`refused: ${message.refusal.code}: ${message.refusal.message}`));
    }
  }

  #fail(error: Error): void {
    this.#failure ??= new Error(`${this.#node}: ${error.message}`);
    this.#welcome.reject(this.#failure);
    this.#waiting?.reject(this.#failure);
  }
}
