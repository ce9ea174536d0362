// An agent that speaks the protocol word for word, without the product's own codec: it may say anything, also what no
// agent says. In: the address for agents. Out: what the collector answered.
//
// Its metric batches have one series, jidi_probe_number; the batch with sequence s has one tick, with the value s.
import { randomUUID } from 'node:crypto';
import { type ClientDuplexStream, credentials, type ServiceError } from '@grpc/grpc-js';
import type { SeriesDefinitionInput } from '../../proto/gen/jidi/v1/SeriesDefinition.ts';
import type { StreamTelemetryRequestInput } from '../../proto/gen/jidi/v1/StreamTelemetryRequest.ts';
import type { StreamTelemetryResponse } from '../../proto/gen/jidi/v1/StreamTelemetryResponse.ts';
import { TelemetryService } from '../../proto/load.ts';
import { until } from './running-jidi.ts';

type Call = ClientDuplexStream<StreamTelemetryRequestInput, StreamTelemetryResponse>;
type BatchInput = NonNullable<StreamTelemetryRequestInput['batch']>;

export const probeMetric = 'jidi_probe_number';
const probeSeries: SeriesDefinitionInput = {
  metric: probeMetric,
  kind: 'METRIC_KIND_GAUGE',
  decimals: 0,
  labels: [],
};

export class RawAgent {
  readonly node: string;
  readonly spoolId = randomUUID();
  /** Refusals as they came. */
  readonly refusals: { readonly sequence: number; readonly code: string }[] = [];
  /** Highest acknowledged sequence of the class METRIC, over all connections. */
  acknowledged = 0;
  /** What the last connection's greeting said of the class METRIC. */
  stored: number | undefined;
  error: ServiceError | undefined;
  readonly #client: InstanceType<typeof TelemetryService>;
  #call: Call | undefined;

  constructor(address: string, node: string) {
    this.node = node;
    this.#client = new TelemetryService(address, credentials.createInsecure(), {
      'grpc.initial_reconnect_backoff_ms': 100,
      'grpc.max_reconnect_backoff_ms': 200,
      'grpc.use_local_subchannel_pool': 1,
    });
  }

  /** Opens a stream without a word. */
  open(): this {
    this.#call?.cancel();
    const call = this.#client.streamTelemetry();
    this.#call = call;
    this.error = undefined;
    this.stored = undefined;
    call.on('data', (response: StreamTelemetryResponse) => this.#take(response));
    call.on('error', (error: ServiceError) => {
      if (this.#call === call) this.error = error;
    });
    return this;
  }

  /** Opens a stream and greets; resolves when the collector welcomes, trying again until it does. */
  async connect(deadlineMs = 30_000): Promise<void> {
    this.open().hello();
    await until(
      'a welcome for the probe',
      () => {
        if (this.error !== undefined) this.open().hello();
        return this.stored !== undefined;
      },
      deadlineMs,
    );
  }

  hello(changes: { readonly protocolVersion?: number } = {}): void {
    this.say({
      hello: {
        protocolVersion: 1,
        node: this.node,
        bootId: randomUUID(),
        spoolId: this.spoolId,
        agentVersion: '0.0.0',
        role: 'NODE_ROLE_COMPUTE',
        sentTimeMs: Date.now(),
        intervalMs: 1000,
        ...changes,
      },
    });
  }

  /** One tick whose value is its sequence number. */
  batch(sequence: number, timeMs: number): void {
    const values = Uint8Array.from(changeBy(sequence));
    this.sayBatch({
      sequence,
      metrics: { keyframe: true, definitions: [probeSeries], ticks: [{ timeMs, values }] },
    });
  }

  sayBatch(batch: BatchInput): void {
    this.say({ batch: { dataClass: 'DATA_CLASS_METRIC', ...batch } });
  }

  say(request: StreamTelemetryRequestInput): void {
    this.#call?.write(request);
  }

  /** Resolves with the status with which the collector ended the stream. */
  async ended(): Promise<ServiceError> {
    await until(`the end of the stream of ${this.node}`, () => this.error !== undefined, 15_000);
    if (this.error === undefined) throw new Error('no end');
    return this.error;
  }

  close(): void {
    this.#call?.cancel();
    this.#client.close();
  }

  #take({ welcome, ack, refusal }: StreamTelemetryResponse): void {
    if (welcome) {
      const position = welcome.stored.find(({ dataClass }) => dataClass === 'DATA_CLASS_METRIC');
      this.stored = position?.sequence ?? 0;
    }
    if (ack?.position?.dataClass === 'DATA_CLASS_METRIC') {
      this.acknowledged = Math.max(this.acknowledged, ack.position.sequence);
    }
    if (refusal) this.refusals.push({ sequence: refusal.sequence, code: refusal.code });
  }
}

/** The token `t odd` of metric.proto: a change from 0 to a positive number, as an LEB128 varint. */
function changeBy(value: number): readonly number[] {
  const bytes: number[] = [];
  let rest = value * 2 * 2 + 1;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}
