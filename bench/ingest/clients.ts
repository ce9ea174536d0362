// Agents of the ingest benchmark, in a process of their own. In: the collector's port as argument; orders as a message.
// Out: messages `greeted` (both streams of all agents are, and their first batch is acknowledged) and `done`.
//
// All agents send the same bytes, which are made before the measuring begins.
import { Client, credentials } from '@grpc/grpc-js';
import { controlClientStream, telemetryClientStream } from '../../proto/client-streams.ts';
import { protocolVersion } from '../../proto/protocol-version.ts';
import { encodeControlHello } from '../../shared/wire/control-stream.ts';
import type { Hello } from '../../shared/wire/hello.ts';
import { decodeTelemetryResponse, TelemetryEncoder } from '../../shared/wire/telemetry-stream.ts';
import { createTicks } from '../measuring/node-ticks.ts';

export interface Orders {
  readonly agents: number;
  /** Of each agent, the first one included. */
  readonly messages: number;
  /** Batches of one agent under way. */
  readonly window: number;
  /** 0: as fast as receipts come. */
  readonly everyMs: number;
}

export type Report = 'greeted' | 'done';

const telemetry = telemetryClientStream();
const control = controlClientStream();
const port = Number(process.argv[2]);

process.once('message', (orders: Orders) => void run(orders));
process.once('disconnect', () => process.exit(0));

async function run(orders: Orders): Promise<void> {
  const messages = encodeAll(orders.messages);
  const agents: Agent[] = [];
  for (let number = 0; number < orders.agents; number += 1) agents.push(new Agent(number, messages, orders));
  await Promise.all(agents.map((agent) => agent.greeted));
  process.send?.('greeted' satisfies Report);
  await new Promise((resolve) => process.once('message', resolve));
  await Promise.all(agents.map((agent) => agent.sendAll()));
  process.send?.('done' satisfies Report);
}

function encodeAll(count: number): readonly Buffer[] {
  const encoder = new TelemetryEncoder();
  return createTicks(count, 1).map((tick, index) => {
    const payload = { kind: 'metrics' as const, ticks: [tick] };
    return telemetry.requestSerialize(encoder.batch({ sequence: index + 1, payload, bootedMs: tick.timeMs }));
  });
}

class Agent {
  readonly greeted: Promise<void>;
  readonly #messages: readonly Buffer[];
  readonly #orders: Orders;
  readonly #call;
  #sent = 0;
  #acknowledged = 0;
  #heard: () => void = () => undefined;

  constructor(number: number, messages: readonly Buffer[], orders: Orders) {
    this.#messages = messages;
    this.#orders = orders;
    const options = { 'grpc.use_local_subchannel_pool': 1 };
    const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), options);
    const asBytes = (bytes: Buffer): Buffer => bytes;
    this.#call = client.makeBidiStreamRequest(telemetry.path, asBytes, telemetry.responseDeserialize);
    this.greeted = new Promise((resolve) => {
      this.#call.on('data', (response: Parameters<typeof decodeTelemetryResponse>[0]) => {
        const answer = decodeTelemetryResponse(response);
        if (answer.kind === 'welcome') this.#send();
        if (answer.kind !== 'ack') return;
        this.#acknowledged = answer.ack.position.sequence;
        resolve();
        this.#heard();
      });
    });
    const hello = helloOf(`n${number}`);
    this.#call.write(telemetry.requestSerialize(new TelemetryEncoder().hello(hello)));
    const other = client.makeBidiStreamRequest(control.path, control.requestSerialize, asBytes);
    other.on('data', () => undefined);
    other.write(encodeControlHello(hello));
  }

  /** Resolves when everything is acknowledged. */
  async sendAll(): Promise<void> {
    const { everyMs, window } = this.#orders;
    if (everyMs > 0) await pause(Math.random() * everyMs);
    while (this.#acknowledged < this.#messages.length) {
      const room = everyMs > 0 ? 1 : window - (this.#sent - this.#acknowledged);
      for (let count = 0; count < room && this.#sent < this.#messages.length; count += 1) this.#send();
      if (everyMs > 0 && this.#sent < this.#messages.length) await pause(everyMs);
      else await this.#answer();
    }
  }

  #send(): void {
    const message = this.#messages[this.#sent];
    if (message === undefined) return;
    this.#call.write(message);
    this.#sent += 1;
  }

  #answer(): Promise<void> {
    return new Promise((resolve) => {
      this.#heard = resolve;
    });
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

function helloOf(name: string): Hello {
  const identity = { name, role: 'compute', bootId: 'bench', agentVersion: '0', intervalMs: 5000 } as const;
  const spoolId = '00000000-0000-4000-8000-000000000001';
  return { protocolVersion, identity, spoolId, sentTimeMs: Date.now(), bootTimeMs: 0, held: [] };
}
