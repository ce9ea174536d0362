// Batches of the telemetry stream: model ↔ messages. Encoder and decoder hold the dictionaries of one stream.
import type { BatchInput, Batch as WireBatch } from '../../proto/gen/jidi/v1/Batch.ts';
import { type Batch, classOf, type Payload } from '../model/batch.ts';
import { classNames, decodeGap, encodeGap } from './delivery.ts';
import { countField } from './fields.ts';
import { decodeInventory, encodeInventory } from './inventory.ts';
import { MetricDecoder } from './metric-decoder.ts';
import { MetricEncoder } from './metric-encoder.ts';
import { ProcessDecoder } from './process-decoder.ts';
import { ProcessEncoder } from './process-encoder.ts';
import { malformed } from './wire-error.ts';

export class TelemetryEncoder {
  readonly #metrics = new MetricEncoder();
  readonly #processes = new ProcessEncoder();

  encode({ sequence, payload }: Batch): BatchInput {
    return { dataClass: classNames.toWire(classOf(payload)), sequence, ...this.#payload(payload) };
  }

  #payload(payload: Payload): BatchInput {
    switch (payload.kind) {
      case 'metrics':
        return { metrics: this.#metrics.encode(payload.ticks) };
      case 'processes':
        return { processes: this.#processes.encode(payload.snapshots) };
      case 'inventory':
        return { inventory: encodeInventory(payload.inventory) };
      case 'gap':
        return { gap: encodeGap(payload.gap) };
      case 'command':
      case 'profile':
        throw new TypeError(`${payload.kind} reports travel on the control stream`);
    }
  }
}

export class TelemetryDecoder {
  readonly #metrics = new MetricDecoder();
  readonly #processes = new ProcessDecoder();

  /** Throws WireError. */
  decode(batch: WireBatch): Batch {
    const payload = this.#payload(batch);
    const dataClass = classNames.toModel('batch.data_class', batch.dataClass);
    if (dataClass !== classOf(payload)) throw malformed('batch.data_class', 'does not fit the payload');
    return { sequence: countField('batch.sequence', batch.sequence), payload };
  }

  #payload({ metrics, processes, inventory, gap }: WireBatch): Payload {
    if (metrics) return { kind: 'metrics', ticks: this.#metrics.decode(metrics) };
    if (processes) return { kind: 'processes', snapshots: this.#processes.decode(processes) };
    if (inventory) return { kind: 'inventory', inventory: decodeInventory(inventory) };
    if (gap) return { kind: 'gap', gap: decodeGap(gap) };
    throw malformed('batch.payload', 'none that this collector knows');
  }
}
