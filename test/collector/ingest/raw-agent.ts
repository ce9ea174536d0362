// An agent that says whatever it likes: a plain gRPC client on either stream, without any manners of the uplink.
import {
  type ChannelCredentials,
  Client,
  type ClientDuplexStream,
  credentials,
  type StatusObject,
  status,
} from '@grpc/grpc-js';
import type { StreamControlResponse } from '../../../proto/gen/jidi/v1/StreamControlResponse.ts';
import type { StreamTelemetryResponse } from '../../../proto/gen/jidi/v1/StreamTelemetryResponse.ts';
import { ControlService, TelemetryService } from '../../../proto/load.ts';
import type { Batch } from '../../../shared/model/batch.ts';
import type { DataClass, StoredPosition } from '../../../shared/model/delivery.ts';
import {
  decodeControlResponse,
  encodeControlHello,
  encodeReport,
} from '../../../shared/wire/control-stream.ts';
import type { Hello } from '../../../shared/wire/hello.ts';
import { decodeTelemetryResponse, TelemetryEncoder } from '../../../shared/wire/telemetry-stream.ts';
import { until } from './until.ts';

const telemetry = TelemetryService.service.StreamTelemetry;
const control = ControlService.service.StreamControl;

/** One stream of bytes up and answers down. */
class RawStream<Response, Answer extends { readonly kind: string }> {
  readonly answers: Answer[] = [];
  readonly ended: Promise<StatusObject>;
  readonly #client: Client;
  readonly #call: ClientDuplexStream<Buffer, Response>;

  constructor(
    target: string,
    path: string,
    decode: (bytes: Buffer) => Response,
    answer: (r: Response) => Answer,
    security: ChannelCredentials = credentials.createInsecure(),
  ) {
    this.#client = new Client(target, security, { 'grpc.use_local_subchannel_pool': 1 });
    this.#call = this.#client.makeBidiStreamRequest(path, (bytes: Buffer) => bytes, decode);
    this.#call.on('data', (response: Response) => this.answers.push(answer(response)));
    // The status says the same, and comes always.
    this.#call.on('error', () => undefined);
    this.ended = new Promise((resolve) => this.#call.on('status', resolve));
  }

  write(bytes: Buffer): void {
    this.#call.write(bytes);
  }

  halfClose(): void {
    this.#call.end();
  }

  async heard<Kind extends Answer['kind']>(
    kind: Kind,
    count = 1,
  ): Promise<Extract<Answer, { kind: Kind }>[]> {
    const found = () =>
      this.answers.filter((one): one is Extract<Answer, { kind: Kind }> => one.kind === kind);
    await until(`${count} answers ${kind}`, () => found().length >= count);
    return found();
  }

  /** The status with which the collector ended the stream. */
  async end(): Promise<{ readonly code: string; readonly details: string }> {
    const { code, details } = await this.ended;
    return { code: status[code], details };
  }

  close(): void {
    this.#call.cancel();
    this.#client.close();
  }
}

const defaults = { bootId: 'boot-1', agentVersion: '0.0.1', intervalMs: 5000, role: 'compute' } as const;
const spoolId = '00000000-0000-4000-8000-000000000001';

export function helloOf(node: string, change: Partial<Hello> = {}): Hello {
  return {
    protocolVersion: 1,
    identity: { name: node, ...defaults },
    spoolId,
    sentTimeMs: Date.now(),
    bootTimeMs: 0,
    held: [],
    ...change,
  };
}

type TelemetryAnswer = ReturnType<typeof decodeTelemetryResponse>;

export class RawTelemetry extends RawStream<StreamTelemetryResponse, TelemetryAnswer> {
  #encoder = new TelemetryEncoder();

  constructor(target: string, security?: ChannelCredentials) {
    super(target, telemetry.path, telemetry.responseDeserialize, decodeTelemetryResponse, security);
  }

  hello(hello: Hello): void {
    this.say(this.#encoder.hello(hello));
  }

  batch(batch: Batch, bootedMs: number | null = null): void {
    this.say(this.#encoder.batch({ ...batch, bootedMs }));
  }

  /** One whose receipt may wait. */
  patientBatch(batch: Batch): void {
    this.say(this.#encoder.batch({ ...batch, bootedMs: null }, true));
  }

  /** What the last receipt of the class said. */
  position(dataClass: DataClass): StoredPosition | undefined {
    return this.answers.findLast(
      (one): one is Extract<TelemetryAnswer, { kind: 'ack' }> =>
        one.kind === 'ack' && one.ack.position.dataClass === dataClass,
    )?.ack.position;
  }

  /** Until everything of the class up to this number is acknowledged. */
  acknowledged(dataClass: DataClass, sequence: number): Promise<void> {
    return until(`receipt of ${dataClass} ${sequence}`, () => {
      return (this.position(dataClass)?.sequence ?? 0) >= sequence;
    });
  }

  say(request: Parameters<typeof telemetry.requestSerialize>[0]): void {
    this.write(telemetry.requestSerialize(request));
  }
}

type ControlAnswer = ReturnType<typeof decodeControlResponse>;

export class RawControl extends RawStream<StreamControlResponse, ControlAnswer> {
  constructor(target: string, security?: ChannelCredentials) {
    super(target, control.path, control.responseDeserialize, decodeControlResponse, security);
  }

  hello(hello: Hello): void {
    this.say(encodeControlHello(hello));
  }

  report(batch: Batch): void {
    this.say(encodeReport(batch));
  }

  say(request: Parameters<typeof control.requestSerialize>[0]): void {
    this.write(control.requestSerialize(request));
  }
}

/** A stream whose greeting was answered. */
export async function greeted(
  target: string,
  node: string,
  change: Partial<Hello> = {},
): Promise<RawTelemetry> {
  const agent = new RawTelemetry(target);
  agent.hello(helloOf(node, change));
  await agent.heard('welcome');
  return agent;
}
