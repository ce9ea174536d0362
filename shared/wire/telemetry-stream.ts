// The messages of the telemetry stream, both ways and at both ends. The encoder and the decoder of requests live as
// long as their stream, as they keep its dictionaries; responses stand alone.
import type { Batch as WireBatch } from '../../proto/gen/jidi/v1/Batch.ts';
import type {
  StreamTelemetryRequest,
  StreamTelemetryRequestInput,
} from '../../proto/gen/jidi/v1/StreamTelemetryRequest.ts';
import type {
  StreamTelemetryResponse,
  StreamTelemetryResponseInput,
} from '../../proto/gen/jidi/v1/StreamTelemetryResponse.ts';
import { type ScannedMetricBatch, scanMetricBatch } from '../../proto/scan-metric-batch.ts';
import { type ScannedProcessBatch, scanProcessBatch } from '../../proto/scan-process-batch.ts';
import { readSeriesDefinition, readTelemetryRequest } from '../../proto/server-streams.ts';
import { classOf, type Payload, type SentBatch } from '../model/batch.ts';
import { type DataClass, dataClasses, type Position } from '../model/delivery.ts';
import { checkCount, checkList, checkPresent, checkTime } from './bounds.ts';
import {
  type Ack,
  checkSequence,
  decodeAck,
  decodeGap,
  decodeRefusal,
  decodeSent,
  encodeAck,
  encodeClass,
  encodeGap,
  encodeRefusal,
  type Refusal,
} from './delivery.ts';
import { decodeHello, decodeWelcome, encodeHello, encodeWelcome, type Hello, type Welcome } from './hello.ts';
import { decodeInventory, encodeInventory } from './inventory.ts';
import { MetricDecoder } from './metric-decoder.ts';
import { MetricEncoder } from './metric-encoder.ts';
import { ProcessDecoder } from './process-decoder.ts';
import { ProcessEncoder } from './process-encoder.ts';
import { SeriesPool } from './series-pool.ts';
import { malformed } from './wire-error.ts';

export interface Heartbeat {
  /** Wall clock of the node, ms since the Unix epoch. */
  readonly sentTimeMs: number;
  /** ms since the node's boot. */
  readonly bootTimeMs: number;
}

export interface HeartbeatEcho {
  readonly sentTimeMs: number;
  readonly collectorTimeMs: number;
  /** Those that waited. */
  readonly receipts: readonly Ack[];
}

export type TelemetryRequest =
  | { readonly kind: 'hello'; readonly hello: Hello }
  /** Who receives it knows its place even when its payload turns out to be malformed. */
  | {
      readonly kind: 'batch';
      readonly position: Position;
      readonly bootedMs: number | null;
      readonly receiptMayWait: boolean;
      readonly decodePayload: () => Payload;
    }
  | { readonly kind: 'heartbeat'; readonly heartbeat: Heartbeat };

export type TelemetryResponse =
  | { readonly kind: 'welcome'; readonly welcome: Welcome }
  | { readonly kind: 'ack'; readonly ack: Ack }
  | { readonly kind: 'refusal'; readonly refusal: Refusal }
  | { readonly kind: 'heartbeat-echo'; readonly echo: HeartbeatEcho };

export class TelemetryEncoder {
  readonly #metrics = new MetricEncoder();
  readonly #processes = new ProcessEncoder();

  hello(hello: Hello): StreamTelemetryRequestInput {
    return { hello: encodeHello(hello) };
  }

  batch({ sequence, payload, bootedMs }: SentBatch, receiptMayWait = false): StreamTelemetryRequestInput {
    const dataClass = encodeClass(classOf(payload));
    const head = { dataClass, sequence, bootedTimeMs: bootedMs ?? 0, receiptMayWait };
    switch (payload.kind) {
      case 'metrics':
        return { batch: { ...head, metrics: this.#metrics.encode(payload.ticks) } };
      case 'processes':
        return { batch: { ...head, processes: this.#processes.encode(payload.snapshots) } };
      case 'inventory':
        return { batch: { ...head, inventory: encodeInventory(payload.inventory) } };
      case 'gap':
        return { batch: { ...head, gap: encodeGap(payload.gap) } };
      case 'command':
      case 'profile':
        throw malformed('batch.payload', `${payload.kind} does not travel on the telemetry stream`);
    }
  }

  heartbeat(heartbeat: Heartbeat): StreamTelemetryRequestInput {
    return { heartbeat };
  }
}

export class TelemetryDecoder {
  readonly #metrics = new MetricDecoder();
  readonly #processes = new ProcessDecoder();
  readonly #pool: SeriesPool;

  /** Decoders that are given one pool share the series that their streams define. */
  constructor(pool = createSeriesPool()) {
    this.#pool = pool;
  }

  /** How many series the stream has defined. */
  get seriesCount(): number {
    return this.#metrics.size;
  }

  /** A request in its bytes, which must not change before its payload is decoded. Throws WireError, RangeError. */
  read(bytes: Buffer): TelemetryRequest {
    const metrics = scanMetricBatch(bytes);
    if (metrics !== null) {
      return batchOf('metric', metrics, () => ({
        kind: 'metrics',
        ticks: this.#metrics.decodeScanned(bytes, metrics, this.#pool),
      }));
    }
    const processes = scanProcessBatch(bytes);
    if (processes === null) return this.request(readTelemetryRequest(bytes));
    return batchOf('process', processes, () => ({
      kind: 'processes',
      snapshots: this.#processes.decodeScanned(bytes, processes, this.#pool.bytes),
    }));
  }

  request(request: StreamTelemetryRequest): TelemetryRequest {
    switch (request.message) {
      case 'hello':
        return { kind: 'hello', hello: decodeHello(checkPresent('hello', request.hello)) };
      case 'batch': {
        const batch = checkPresent('batch', request.batch);
        const { receiptMayWait } = batch;
        const bootedMs = decodeBooted(batch.bootedTimeMs);
        const decodePayload = () => this.#payload(batch);
        return {
          kind: 'batch',
          position: decodeSent('batch', batch),
          bootedMs,
          receiptMayWait,
          decodePayload,
        };
      }
      case 'heartbeat': {
        const { sentTimeMs, bootTimeMs } = checkPresent('heartbeat', request.heartbeat);
        checkTime('heartbeat.sent_time_ms', sentTimeMs);
        return {
          kind: 'heartbeat',
          heartbeat: { sentTimeMs, bootTimeMs: checkCount('heartbeat.boot_time_ms', bootTimeMs) },
        };
      }
      case undefined:
        break;
    }
    throw malformed('message', 'missing');
  }

  #payload(batch: WireBatch): Payload {
    const payload = this.#anyPayload(batch);
    const wireClass = encodeClass(classOf(payload));
    if (batch.dataClass !== wireClass) {
      throw malformed('batch.data_class', `${batch.dataClass} where ${wireClass} belongs`);
    }
    return payload;
  }

  #anyPayload(batch: WireBatch): Payload {
    switch (batch.payload) {
      case 'metrics': {
        const ticks = this.#metrics.decode(checkPresent('batch.metrics', batch.metrics));
        return { kind: 'metrics', ticks };
      }
      case 'processes': {
        const snapshots = this.#processes.decode(checkPresent('batch.processes', batch.processes));
        return { kind: 'processes', snapshots };
      }
      case 'inventory':
        return { kind: 'inventory', inventory: decodeInventory(checkPresent('inventory', batch.inventory)) };
      case 'gap':
        return { kind: 'gap', gap: decodeGap(checkPresent('gap', batch.gap)) };
      case undefined:
        break;
    }
    throw malformed('batch.payload', 'missing');
  }
}

function batchOf(
  dataClass: DataClass,
  scanned: ScannedMetricBatch | ScannedProcessBatch,
  decodePayload: () => Payload,
): TelemetryRequest {
  const sequence = checkSequence('batch.sequence', scanned.sequence);
  return {
    kind: 'batch',
    position: { dataClass, sequence },
    bootedMs: decodeBooted(scanned.bootedTimeMs),
    receiptMayWait: scanned.receiptMayWait,
    decodePayload,
  };
}

export function createSeriesPool(): SeriesPool {
  return new SeriesPool(readSeriesDefinition);
}

function decodeBooted(wireMs: number): number | null {
  const bootedMs = checkTime('batch.booted_time_ms', wireMs);
  return bootedMs === 0 ? null : bootedMs;
}

export function encodeTelemetryResponse(response: TelemetryResponse): StreamTelemetryResponseInput {
  switch (response.kind) {
    case 'welcome':
      return { welcome: encodeWelcome(response.welcome) };
    case 'ack':
      return { ack: encodeAck(response.ack) };
    case 'refusal':
      return { refusal: encodeRefusal(response.refusal) };
    case 'heartbeat-echo':
      return { heartbeatEcho: { ...response.echo, receipts: response.echo.receipts.map(encodeAck) } };
  }
}

export function decodeTelemetryResponse(response: StreamTelemetryResponse): TelemetryResponse {
  switch (response.message) {
    case 'welcome':
      return { kind: 'welcome', welcome: decodeWelcome(checkPresent('welcome', response.welcome)) };
    case 'ack':
      return { kind: 'ack', ack: decodeAck(checkPresent('ack', response.ack)) };
    case 'refusal':
      return { kind: 'refusal', refusal: decodeRefusal(checkPresent('refusal', response.refusal)) };
    case 'heartbeatEcho': {
      const echo = checkPresent('heartbeat_echo', response.heartbeatEcho);
      const { sentTimeMs, collectorTimeMs } = echo;
      checkTime('heartbeat_echo.sent_time_ms', sentTimeMs);
      checkTime('heartbeat_echo.collector_time_ms', collectorTimeMs);
      const receipts = checkList('heartbeat_echo.receipts', echo.receipts, dataClasses.length).map(decodeAck);
      return { kind: 'heartbeat-echo', echo: { sentTimeMs, collectorTimeMs, receipts } };
    }
    case undefined:
      break;
  }
  throw malformed('message', 'missing');
}
