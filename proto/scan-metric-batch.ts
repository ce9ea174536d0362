// In: the bytes of a request on the telemetry stream. Out: where in them the parts of a metric batch lie, or null when
// the request is something else: decodeMessage reads that. Nearly every message that a collector gets is such a batch,
// and making objects of its fields by the descriptor costs more than all else that is done with it.
//
// It means what decodeMessage means by the same bytes, fields that are not known included, and refuses what that refuses.

/** A part of the bytes. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

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

// Tags of telemetry.proto and metric.proto: number of the field, how its value lies there.
const batchField = 0x12;
const batchClass = 0x08;
const batchSequence = 0x10;
const batchMetrics = 0x1a;
const batchProcesses = 0x22;
const batchInventory = 0x2a;
const batchGap = 0x32;
const batchBooted = 0x38;
const batchReceiptMayWait = 0x40;
const metricsKeyframe = 0x08;
const metricsDefinition = 0x12;
const metricsTick = 0x1a;
const tickTime = 0x08;
const tickValues = 0x12;

/** DATA_CLASS_METRIC. */
const metricClass = 3;
const longestVarint = 10;

class Scanner {
  readonly #bytes: Uint8Array;
  #at = 0;
  #keyframe = false;
  readonly #definitions: Span[] = [];
  readonly #ticks: ScannedTick[] = [];

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  request(): ScannedMetricBatch | null {
    const bytes = this.#bytes;
    if (bytes[0] !== batchField) return null;
    this.#at = 1;
    // A second message in the same bytes would replace the first.
    return this.#open(bytes.length) === bytes.length ? this.#batch(bytes.length) : null;
  }

  #batch(end: number): ScannedMetricBatch | null {
    let dataClass = 0;
    let sequence = 0;
    let bootedTimeMs = 0;
    let receiptMayWait = false;
    let isMetrics = false;
    while (this.#at < end) {
      const tag = this.#varint(end);
      if (tag === batchMetrics) {
        if (isMetrics) return null;
        isMetrics = true;
        this.#metrics(this.#open(end));
      } else if (tag === batchClass) dataClass = this.#varint(end);
      else if (tag === batchSequence) sequence = this.#varint(end);
      else if (tag === batchBooted) bootedTimeMs = this.#signed(end);
      else if (tag === batchReceiptMayWait) receiptMayWait = this.#varint(end) !== 0;
      else if (tag === batchProcesses || tag === batchInventory || tag === batchGap) return null;
      else this.#skip(tag % 8, end);
    }
    if (!isMetrics || dataClass !== metricClass) return null;
    const [definitions, ticks] = [this.#definitions, this.#ticks];
    return { sequence, bootedTimeMs, receiptMayWait, keyframe: this.#keyframe, definitions, ticks };
  }

  #metrics(end: number): void {
    while (this.#at < end) {
      const tag = this.#varint(end);
      if (tag === metricsTick) this.#tick(this.#open(end));
      else if (tag === metricsDefinition) this.#definitions.push(this.#span(end));
      else if (tag === metricsKeyframe) this.#keyframe = this.#varint(end) !== 0;
      else this.#skip(tag % 8, end);
    }
  }

  #tick(end: number): void {
    let timeMs = 0;
    let from = end;
    let to = end;
    while (this.#at < end) {
      const tag = this.#varint(end);
      if (tag === tickTime) timeMs = this.#signed(end);
      else if (tag === tickValues) {
        to = this.#open(end);
        from = this.#at;
        this.#at = to;
      } else this.#skip(tag % 8, end);
    }
    this.#ticks.push({ timeMs, from, to });
  }

  #span(end: number): Span {
    const to = this.#open(end);
    const from = this.#at;
    this.#at = to;
    return { from, to };
  }

  /** Where what comes now ends. */
  #open(end: number): number {
    const length = this.#varint(end);
    if (length > end - this.#at) throw new RangeError('a message that ends too early');
    return this.#at + length;
  }

  /** Above 2^53 only nearly right. */
  #varint(end: number): number {
    const bytes = this.#bytes;
    let value = 0;
    let scale = 1;
    for (let count = 0; count < longestVarint; count += 1) {
      if (this.#at >= end) throw new RangeError('a message that ends too early');
      const byte = bytes[this.#at++] ?? 0;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
    throw new RangeError('a number of more than ten bytes');
  }

  #signed(end: number): number {
    const start = this.#at;
    const value = this.#varint(end);
    // Ten bytes hold the sign.
    if (this.#at - start < longestVarint) return value;
    let whole = 0n;
    for (let i = 0; i < longestVarint; i += 1) {
      whole |= BigInt((this.#bytes[start + i] ?? 0) & 127) << BigInt(7 * i);
    }
    return Number(BigInt.asIntN(64, whole));
  }

  #skip(wireType: number, end: number): void {
    if (wireType === 0) this.#varint(end);
    else if (wireType === 2) this.#at = this.#open(end);
    else if (wireType === 1 || wireType === 5) this.#at += wireType === 1 ? 8 : 4;
    else throw new RangeError(`no field can be of wire type ${wireType}`);
    if (this.#at > end) throw new RangeError('a message that ends too early');
  }
}
