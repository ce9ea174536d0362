// Whatever bytes arrive: a message is decoded or refused with a WireError, in bounded time. Nothing else is thrown.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TelemetryDecoder, TelemetryEncoder } from '../../../shared/wire/telemetry-stream.ts';
import { WireError } from '../../../shared/wire/wire-error.ts';
import { noneWaiting, plainDetails } from '../process-details.ts';
import { telemetryBytes, telemetryRequest } from './over-the-wire.ts';

function goodMessages(): readonly Buffer[] {
  const encoder = new TelemetryEncoder();
  const series = Array.from({ length: 40 }, (_, index) => ({
    metric: `jidi_m_${index}`,
    kind: 'gauge' as const,
    decimals: index % 4,
    labels: { device: `d${index}` },
  }));
  const tick = (timeMs: number) => ({
    timeMs,
    series,
    values: Float64Array.from(series, (_, index) => (index % 7 === 3 ? Number.NaN : index * timeMs * 1.5)),
  });
  const process = {
    pid: 9,
    startTimeMs: 1,
    parentPid: 1,
    name: 'a',
    command: 'a b',
    user: 'u',
    uid: 1,
    threads: 1,
    state: 'R',
    cpuRatio: 1,
    memoryRatio: 0.1,
    residentBytes: 4096,
    job: null,
    ...plainDetails,
    waitChannel: 'pipe_read',
    readBytesPerSecond: 0,
    writeBytesPerSecond: null,
  };
  const snapshots = [
    { timeMs: 5, processCount: 2, ...noneWaiting, processes: [process, { ...process, pid: 10 }] },
  ];
  return [
    encoder.batch({ bootedMs: null, sequence: 1, payload: { kind: 'metrics', ticks: [tick(5), tick(10)] } }),
    encoder.batch({ bootedMs: null, sequence: 1, payload: { kind: 'processes', snapshots } }),
    encoder.batch({ bootedMs: null, sequence: 2, payload: { kind: 'metrics', ticks: [tick(15)] } }),
  ].map(telemetryBytes);
}

/** The protocol's own parser refuses first (its errors end the stream); what passes it must be handled here. */
function feed(decoder: TelemetryDecoder, bytes: Buffer): 'decoded' | 'unparsed' | WireError {
  try {
    const request = decoder.read(bytes);
    if (request.kind === 'batch') request.decodePayload();
    return 'decoded';
  } catch (error) {
    if (error instanceof WireError) return error;
    if (error instanceof RangeError) return 'unparsed';
    throw error;
  }
}

const good = goodMessages();
const outcomes = { decoded: 0, unparsed: 0, refused: 0 };

function note(result: ReturnType<typeof feed>): void {
  if (result instanceof WireError) outcomes.refused += 1;
  else outcomes[result] += 1;
}

describe('hostile bytes', () => {
  test('random bytes are decoded or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        note(feed(new TelemetryDecoder(), Buffer.from(bytes)));
      }),
      { numRuns: 2000 },
    );
  });

  test('a message with some bytes changed, removed or doubled is decoded or refused, and so are those after it', () => {
    const edit = fc.record({ at: fc.nat(4000), byte: fc.nat(255), cut: fc.nat(3), add: fc.nat(3) });
    const edits = fc.array(edit, { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.nat(good.length - 1), edits, (which, changes) => {
        const decoder = new TelemetryDecoder();
        for (const [index, message] of good.entries()) {
          note(feed(decoder, index === which ? changes.reduce(applied, message) : message));
        }
      }),
      { numRuns: 2000 },
    );
    expect(outcomes.refused).toBeGreaterThan(100);
    expect(outcomes.decoded).toBeGreaterThan(100);
    expect(outcomes.unparsed).toBeGreaterThan(100);
  });

  test('random tokens in a good frame are decoded or refused', () => {
    const frame = telemetryRequest(good[0] ?? Buffer.alloc(0));
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 4 }), (tokens) => {
        const ticks = tokens.map((values, index) => ({ timeMs: index, values }));
        const metrics = { ...frame.batch?.metrics, ticks };
        const bytes = telemetryBytes({ batch: { dataClass: 'DATA_CLASS_METRIC', sequence: 1, metrics } });
        note(feed(new TelemetryDecoder(), bytes));
      }),
      { numRuns: 2000 },
    );
  });
});

function applied(
  message: Buffer,
  { at, byte, cut, add }: { at: number; byte: number; cut: number; add: number },
) {
  const place = at % message.length;
  return Buffer.concat([message.subarray(0, place), Buffer.alloc(add, byte), message.subarray(place + cut)]);
}
