// The scan of a metric batch against the decoder that reads every message: the same bytes mean the same.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeMessage } from '../../proto/decode-message.ts';
import { MessageEncoder } from '../../proto/encode-message.ts';
import descriptor from '../../proto/gen/descriptor.json' with { type: 'json' };
import type { SeriesDefinition } from '../../proto/gen/jidi/v1/SeriesDefinition.ts';
import type { StreamTelemetryRequest } from '../../proto/gen/jidi/v1/StreamTelemetryRequest.ts';
import { MessageTypes } from '../../proto/message-types.ts';
import { scanMetricBatch } from '../../proto/scan-metric-batch.ts';

const types = new MessageTypes(descriptor);
const requestType = types.message('StreamTelemetryRequest');
const definitionType = types.message('SeriesDefinition');
const encoder = new MessageEncoder();

const definition = fc.record({
  metric: fc.string({ maxLength: 20 }),
  labels: fc.array(fc.record({ name: fc.string(), value: fc.string() }), { maxLength: 3 }),
  kind: fc.constantFrom('METRIC_KIND_COUNTER', 'METRIC_KIND_GAUGE'),
  decimals: fc.integer({ min: 0, max: 9 }),
});
const tick = fc.record({
  timeMs: fc.maxSafeInteger(),
  values: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
});
const batch = fc.record({
  dataClass: fc.constant('DATA_CLASS_METRIC'),
  sequence: fc.maxSafeNat(),
  bootedTimeMs: fc.maxSafeInteger(),
  receiptMayWait: fc.boolean(),
  metrics: fc.record({
    keyframe: fc.boolean(),
    definitions: fc.array(definition, { maxLength: 5 }),
    ticks: fc.array(tick, { maxLength: 5 }),
  }),
});

function encoded(message: object): Buffer {
  return encoder.encode(message, requestType);
}

/** What the scan found, as the message that it stands for. */
function scanned(bytes: Buffer): unknown {
  const found = scanMetricBatch(bytes);
  if (found === null) return null;
  const part = ({ from, to }: { from: number; to: number }) => Buffer.from(bytes.subarray(from, to));
  const definitions = found.definitions.map(
    (span) => decodeMessage(part(span), definitionType) as SeriesDefinition,
  );
  const ticks = found.ticks.map((span) => ({ timeMs: span.timeMs, values: part(span) }));
  const { sequence, bootedTimeMs, receiptMayWait, keyframe } = found;
  return { sequence, bootedTimeMs, receiptMayWait, metrics: { keyframe, definitions, ticks } };
}

/** The same part of what the decoder of all messages makes of the bytes. */
function decoded(bytes: Buffer): unknown {
  const { batch } = decodeMessage(bytes, requestType) as StreamTelemetryRequest;
  if (batch === null || batch === undefined) return null;
  const { sequence, bootedTimeMs, receiptMayWait, metrics } = batch;
  return { sequence, bootedTimeMs, receiptMayWait, metrics };
}

describe('scan of a metric batch', () => {
  test('finds what the message says', () => {
    fc.assert(
      fc.property(batch, (message) => {
        const bytes = encoded({ batch: message });
        expect(scanned(bytes)).not.toBeNull();
        expect(scanned(bytes)).toEqual(decoded(bytes));
      }),
      { numRuns: 200 },
    );
  });

  test('passes over fields that are not known, wherever they are', () => {
    const unknown = Buffer.from([0xf8, 0x07, 5, 0xfa, 0x07, 1, 9, 0xfd, 0x07, 1, 2, 3, 4]);
    const values = Buffer.from([0x12, 1, 4, ...unknown, 0x08, 7]);
    const metrics = Buffer.from([...unknown, 0x1a, values.length, ...values, ...unknown, 0x08, 1]);
    const inner = Buffer.from([0x08, 3, ...unknown, 0x1a, metrics.length, ...metrics, 0x10, 9, ...unknown]);
    const bytes = Buffer.from([0x12, inner.length, ...inner]);
    expect(scanned(bytes)).toMatchObject({
      sequence: 9,
      metrics: { keyframe: true, ticks: [{ timeMs: 7 }] },
    });
    expect(scanned(bytes)).toEqual(decoded(bytes));
  });

  test.each([
    ['a greeting', { hello: { node: 'n1' } }],
    ['a batch of another kind', { batch: { dataClass: 'DATA_CLASS_EVENT', gap: { count: 1 } } }],
    ['a batch of metrics in another class', { batch: { dataClass: 'DATA_CLASS_EVENT', metrics: {} } }],
    ['a batch of nothing', { batch: { dataClass: 'DATA_CLASS_METRIC', sequence: 1 } }],
  ])('leaves %s to the decoder of all messages', (_, message) => {
    expect(scanMetricBatch(encoded(message))).toBeNull();
  });

  test('leaves two messages in the same bytes to the decoder of all messages', () => {
    const one = encoded({ batch: { dataClass: 'DATA_CLASS_METRIC', sequence: 1, metrics: {} } });
    expect(scanMetricBatch(Buffer.concat([one, one]))).toBeNull();
    const metrics = Buffer.from([0x1a, 0]);
    expect(scanMetricBatch(Buffer.from([0x12, 6, 8, 3, ...metrics, ...metrics]))).toBeNull();
  });

  test('bytes with a mistake mean the same to both, or are refused by both', () => {
    const place = fc.nat();
    fc.assert(
      fc.property(batch, place, fc.integer({ min: 0, max: 255 }), fc.boolean(), (message, at, byte, cut) => {
        const whole = encoded({ batch: message });
        const bytes = Buffer.from(cut ? whole.subarray(0, at % whole.length) : whole);
        if (!cut) bytes[at % bytes.length] = byte;
        const scan = outcome(() => scanned(bytes));
        // What is damaged within a definition is seen when the definition is read.
        if (scan !== null) expect(scan).toEqual(outcome(() => decoded(bytes)));
      }),
      { numRuns: 1000 },
    );
  });
});

function outcome(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError);
    return 'refused';
  }
}
