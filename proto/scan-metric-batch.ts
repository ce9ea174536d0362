// In: the bytes of a request on the telemetry stream. Out: where in them the parts of a metric batch lie, or null when
// the request is something else: decodeMessage reads that. Nearly every message that a collector gets is such a batch,
// and making objects of its fields by the descriptor costs more than all else that is done with it.
//
// It means what decodeMessage means by the same bytes, fields that are not known included, and refuses what that refuses.

import {
  batchBooted,
  batchClass,
  batchField,
  batchGap,
  batchInventory,
  batchMetrics,
  batchProcesses,
  batchReceiptMayWait,
  batchSequence,
} from './batch-tags.ts';
import { FieldScanner, type Span } from './field-scanner.ts';

export interface ScannedTick extends Span {
  readonly timeMs: number;
}

export interface ScannedMetricBatch {
  readonly sequence: number;
  readonly bootedTimeMs: number;
  readonly receiptMayWait: boolean;
  readonly keyframe: boolean;
  /** Each a SeriesDefinition. */
  readonly definitions: readonly Span[];
  /** Each with the place of its values. */
  readonly ticks: readonly ScannedTick[];
}

/** A batch of metrics in a message of class metric. Throws RangeError. */
export function scanMetricBatch(bytes: Uint8Array): ScannedMetricBatch | null {
  return new Scanner(bytes).request();
}

// Tags of metric.proto: number of the field, how its value lies there.
const metricsKeyframe = 0x08;
const metricsDefinition = 0x12;
const metricsTick = 0x1a;
const tickTime = 0x08;
const tickValues = 0x12;

/** DATA_CLASS_METRIC. */
const metricClass = 3;

class Scanner {
  readonly #bytes: Uint8Array;
  readonly #fields: FieldScanner;
  #keyframe = false;
  readonly #definitions: Span[] = [];
  readonly #ticks: ScannedTick[] = [];

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#fields = new FieldScanner(bytes);
  }

  request(): ScannedMetricBatch | null {
    const bytes = this.#bytes;
    if (bytes[0] !== batchField) return null;
    this.#fields.at = 1;
    // A second message in the same bytes would replace the first.
    return this.#fields.open(bytes.length) === bytes.length ? this.#batch(bytes.length) : null;
  }

  #batch(end: number): ScannedMetricBatch | null {
    let dataClass = 0;
    let sequence = 0;
    let bootedTimeMs = 0;
    let receiptMayWait = false;
    let isMetrics = false;
    while (this.#fields.at < end) {
      const tag = this.#fields.varint(end);
      if (tag === batchMetrics) {
        if (isMetrics) return null;
        isMetrics = true;
        this.#metrics(this.#fields.open(end));
      } else if (tag === batchClass) dataClass = this.#fields.varint(end);
      else if (tag === batchSequence) sequence = this.#fields.varint(end);
      else if (tag === batchBooted) bootedTimeMs = this.#fields.signed(end);
      else if (tag === batchReceiptMayWait) receiptMayWait = this.#fields.varint(end) !== 0;
      else if (tag === batchProcesses || tag === batchInventory || tag === batchGap) return null;
      else this.#fields.skip(tag % 8, end);
    }
    if (!isMetrics || dataClass !== metricClass) return null;
    const [definitions, ticks] = [this.#definitions, this.#ticks];
    return { sequence, bootedTimeMs, receiptMayWait, keyframe: this.#keyframe, definitions, ticks };
  }

  #metrics(end: number): void {
    while (this.#fields.at < end) {
      const tag = this.#fields.varint(end);
      if (tag === metricsTick) this.#tick(this.#fields.open(end));
      else if (tag === metricsDefinition) this.#definitions.push(this.#fields.span(end));
      else if (tag === metricsKeyframe) this.#keyframe = this.#fields.varint(end) !== 0;
      else this.#fields.skip(tag % 8, end);
    }
  }

  #tick(end: number): void {
    let timeMs = 0;
    let from = end;
    let to = end;
    while (this.#fields.at < end) {
      const tag = this.#fields.varint(end);
      if (tag === tickTime) timeMs = this.#fields.signed(end);
      else if (tag === tickValues) {
        to = this.#fields.open(end);
        from = this.#fields.at;
        this.#fields.at = to;
      } else this.#fields.skip(tag % 8, end);
    }
    this.#ticks.push({ timeMs, from, to });
  }
}
