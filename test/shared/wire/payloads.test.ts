import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StreamControlResponse } from '../../../proto/gen/jidi/v1/StreamControlResponse.ts';
import type { StreamTelemetryResponse } from '../../../proto/gen/jidi/v1/StreamTelemetryResponse.ts';
import { ControlService, TelemetryService } from '../../../proto/load.ts';
import type { Payload } from '../../../shared/model/batch.ts';
import { dataClasses } from '../../../shared/model/delivery.ts';
import type { Directive } from '../../../shared/model/directive.ts';
import { decodeControlResponse, encodeControlResponse } from '../../../shared/wire/control-stream.ts';
import { decodeHello, encodeHello, type Hello } from '../../../shared/wire/hello.ts';
import {
  decodeTelemetryResponse,
  encodeTelemetryResponse,
  TelemetryDecoder,
  TelemetryEncoder,
  type TelemetryResponse,
} from '../../../shared/wire/telemetry-stream.ts';
import { profileRequest } from '../model/some-profile.ts';
import { anyProfile } from './any-profile.ts';
import {
  anyFact as fact,
  anyReason as reason,
  anyText as text,
  anyTime as time,
  anyWord as word,
} from './any-value.ts';
import { reported, sent, telemetryBytes, telemetryRequest } from './over-the-wire.ts';

const count = fc.option(fc.integer({ min: 1, max: 2 ** 32 - 1 }));
const size = fc.option(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }));
const sender = { uuid: '01234567-89ab-cdef-0123-456789abcdef' };

const inventory: fc.Arbitrary<Payload> = fc.record({
  kind: fc.constant('inventory'),
  inventory: fc.record({
    timeMs: time,
    model: fact,
    cpuModel: fact,
    sockets: count,
    cores: count,
    threads: count,
    memoryBytes: size,
    os: fact,
    kernel: fact,
    arch: fact,
    bootTimeMs: size,
    interfaces: fc.array(
      fc.record({ name: text, mac: fact, addresses: fc.array(text), bitsPerSecond: size }),
    ),
    disks: fc.array(fc.record({ name: text, model: fact, sizeBytes: size })),
  }),
});

const gap: fc.Arbitrary<Payload> = fc
  .record({
    from: time,
    to: time,
    count: fc.integer({ min: 0, max: 1e12 }),
    sequences: fc.option(fc.record({ from: fc.constant(3), to: fc.integer({ min: 3, max: 1e12 }) })),
    dataClass: fc.constantFrom(...dataClasses),
  })
  .map(({ from, to, count: lost, dataClass, sequences }) => ({
    kind: 'gap',
    gap: {
      dataClass,
      fromTimeMs: Math.min(from, to),
      toTimeMs: Math.max(from, to),
      count: lost,
      reason: 'buffer-full',
      sequences,
    },
  }));

const command: fc.Arbitrary<Payload> = fc.record({
  kind: fc.constant('command'),
  report: fc.record({
    commandId: word,
    state: fc.constantFrom(
      'pending',
      'running',
      'finished',
      'failed',
      'refused',
      'timed-out',
      'cancelled',
      'unknown',
    ),
    output: text,
    truncated: fc.boolean(),
    exitCode: fc.option(fc.integer({ min: -1, max: 255 })),
    reason,
    timeMs: time,
  }),
});

describe('payloads', () => {
  test('inventories and gaps arrive on the telemetry stream as they were sent', () => {
    fc.assert(
      fc.property(fc.oneof(inventory, gap), (payload) => {
        expect(sent(payload)).toEqual(payload);
      }),
    );
  });

  test('reports arrive on the control stream as they were sent', () => {
    fc.assert(
      fc.property(fc.oneof(command, anyProfile), (payload) => {
        expect(reported(payload)).toEqual(payload);
      }),
    );
  });

  test('no payload travels on the other stream', () => {
    const report = fc.sample(command, 1)[0] ?? expect.fail();
    const declared = fc.sample(gap, 1)[0] ?? expect.fail();
    expect(() => sent(report)).toThrow(expect.objectContaining({ code: 'malformed' }));
    expect(() => reported(declared)).toThrow(expect.objectContaining({ code: 'malformed' }));
  });

  test('a payload of another class than the batch says is refused, and its place is known all the same', () => {
    const encoded = new TelemetryEncoder().batch({
      bootedMs: null,
      sequence: 7,
      payload: fc.sample(gap, 1)[0] ?? expect.fail(),
    });
    const bytes = telemetryBytes({ batch: { ...encoded.batch, dataClass: 'DATA_CLASS_METRIC' } });
    const request = new TelemetryDecoder().request(telemetryRequest(bytes));
    expect(request).toMatchObject({ kind: 'batch', position: { dataClass: 'metric', sequence: 7 } });
    expect(() => (request.kind === 'batch' ? request.decodePayload() : null)).toThrow(/batch.data_class/);
  });

  test('output and reasons beyond their bounds are cut, and the cut is told', () => {
    const arrived = reported({
      kind: 'command',
      report: {
        commandId: 'c1',
        state: 'failed',
        output: 'x'.repeat(70_000),
        truncated: false,
        exitCode: 1,
        reason: { code: 'x', message: 'm'.repeat(5000), remedy: '' },
        timeMs: 1,
      },
    });
    const report = arrived.kind === 'command' ? arrived.report : expect.fail();
    expect(report.output).toHaveLength(65_536);
    expect(report.truncated).toBe(true);
    expect(report.reason?.message).toHaveLength(4096);
  });
});

const directives: readonly Directive[] = [
  {
    kind: 'start-profile',
    request: profileRequest({ durationMs: 10_000 }),
  },
  {
    kind: 'start-profile',
    request: profileRequest({
      target: { kind: 'process', pid: 7, startTimeMs: 5, withChildren: true, threads: [7, 9] },
      event: 'wall',
      durationMs: 300_000,
      frequencyHz: 2000,
      callGraph: 'dwarf',
      withInlined: true,
      startAtMs: 8,
    }),
  },
  { kind: 'start-profile', request: profileRequest({ target: { kind: 'job', job: '7' } }) },
  { kind: 'start-profile', request: profileRequest({ target: { kind: 'cgroup', path: '/a.slice' } }) },
  {
    kind: 'start-profile',
    request: profileRequest({ target: { kind: 'node' } }),
  },
  { kind: 'stop-profile', profileId: 'p1' },
  {
    kind: 'run-command',
    request: {
      id: 'c1',
      action: 'service-status',
      parameters: { service: 'sshd', constructor: 'x' },
      requester: 'ada',
      issuedTimeMs: 1,
      expiresTimeMs: 2,
      timeoutMs: 1000,
    },
  },
  { kind: 'cancel-command', commandId: 'c1' },
];

function controlResponse(directive: Directive): StreamControlResponse {
  const { responseSerialize, responseDeserialize } = ControlService.service.StreamControl;
  return responseDeserialize(responseSerialize(encodeControlResponse({ kind: 'directive', directive })));
}

describe('what the collector says', () => {
  test.each(directives)('the directive $kind arrives', (directive) => {
    expect(decodeControlResponse(controlResponse(directive))).toEqual({ kind: 'directive', directive });
  });

  test('a directive beyond what may be asked is refused', () => {
    const request = profileRequest({ durationMs: 300_001 });
    const response = controlResponse({ kind: 'start-profile', request });
    expect(() => decodeControlResponse(response)).toThrow(/start_profile.duration_ms.*10000 to 300000/);
  });

  const position = { dataClass: 'metric', sequence: 12 } as const;
  const beyond = [
    { from: 14, to: 14 },
    { from: 20, to: 31 },
  ];
  const stored = [
    { ...position, beyond },
    { dataClass: 'event', sequence: 0, beyond: [] },
  ] as const;
  const welcome = {
    protocolVersion: 1,
    collectorVersion: '0.1.0',
    helloTimeMs: 1,
    collectorTimeMs: 2,
    stored,
    credit: 8,
  };
  const responses: readonly TelemetryResponse[] = [
    { kind: 'welcome', welcome },
    { kind: 'ack', ack: { position: { ...position, beyond }, credit: 3 } },
    { kind: 'refusal', refusal: { position, code: 'future', message: 'set the clock' } },
    {
      kind: 'heartbeat-echo',
      echo: {
        sentTimeMs: 1,
        collectorTimeMs: 2,
        receipts: [{ position: { ...position, beyond }, credit: 3 }],
      },
    },
  ];

  test.each(responses)('$kind arrives', (response) => {
    const { responseSerialize, responseDeserialize } = TelemetryService.service.StreamTelemetry;
    const arrived: StreamTelemetryResponse = responseDeserialize(
      responseSerialize(encodeTelemetryResponse(response)),
    );
    expect(decodeTelemetryResponse(arrived)).toEqual(response);
  });
});

describe('hello', () => {
  const hello: Hello = {
    protocolVersion: 1,
    identity: { name: 'n001.cluster', role: 'login', bootId: 'b-1', agentVersion: '0.1.0', intervalMs: 5000 },
    spoolId: sender.uuid,
    sentTimeMs: 1_700_000_000_000,
    bootTimeMs: 86_400_123,
    held: [{ dataClass: 'metric', first: 7, next: 9 }],
  };
  const over = (change: object) =>
    telemetryRequest(telemetryBytes({ hello: { ...encodeHello(hello), ...change } })).hello ?? expect.fail();

  test('arrives', () => {
    expect(decodeHello(over({}))).toEqual(hello);
  });

  test.each([
    ['no name', { node: '' }, /hello.node/],
    ['a path for a name', { node: '../n1' }, /hello.node/],
    ['a name with an escape', { node: 'n1\u001b[2J' }, /hello.node/],
    ['a name that is too long', { node: 'n'.repeat(254) }, /hello.node/],
    ['no spool id', { spoolId: '' }, /hello.spool_id/],
    ['a spool id that is none', { spoolId: 'x'.repeat(36) }, /hello.spool_id/],
    ['no interval', { intervalMs: 0 }, /hello.interval_ms/],
    ['a long version', { agentVersion: '1'.repeat(65) }, /hello.agent_version/],
    [
      'a buffer that ends before it begins',
      { held: [{ dataClass: 'DATA_CLASS_METRIC', firstSequence: 3, nextSequence: 2 }] },
      /hello.held.next_sequence/,
    ],
  ])('with %s is refused', (_, change, words) => {
    expect(() => decodeHello(over(change))).toThrow(words);
  });
});
