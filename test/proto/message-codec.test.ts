// The agent's own encoding against the library that the collector uses: what one writes the other reads.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { controlClientStream, telemetryClientStream } from '../../proto/client-streams.ts';
import { decodeMessage } from '../../proto/decode-message.ts';
import { MessageEncoder } from '../../proto/encode-message.ts';
import descriptor from '../../proto/gen/descriptor.json' with { type: 'json' };
import { ControlService, TelemetryService } from '../../proto/load.ts';
import { type Field, type MessageType, MessageTypes } from '../../proto/message-types.ts';

const types = new MessageTypes(descriptor);
const telemetry = TelemetryService.service.StreamTelemetry;
const control = ControlService.service.StreamControl;

const streams = [
  ['StreamTelemetryRequest', telemetry.requestSerialize, telemetry.requestDeserialize],
  ['StreamTelemetryResponse', telemetry.responseSerialize, telemetry.responseDeserialize],
  ['StreamControlRequest', control.requestSerialize, control.requestDeserialize],
  ['StreamControlResponse', control.responseSerialize, control.responseDeserialize],
] as const;

test.each(streams)('%s: the library reads what we write, and we read what it writes', (name, write, read) => {
  const type = types.message(name);
  const encoder = new MessageEncoder();
  fc.assert(
    fc.property(messages(type, 0), (message) => {
      // The library's own round trip says what the message means.
      const meant = read(write(message));
      const encoded = encoder.encode(message, type);
      expect(read(encoded)).toEqual(meant);
      expect(decodeMessage(encoded, type)).toEqual(meant);
      expect(decodeMessage(write(message), type)).toEqual(meant);
    }),
    { numRuns: 150 },
  );
});

test.each(streams)('%s: bytes that are cut or foreign never crash the reading', (name, write) => {
  const type = types.message(name);
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.tuple(messages(type, 0), fc.nat()).map(([message, at]) => {
      const whole = write(message);
      return whole.subarray(0, at % (whole.length + 1));
    }),
  );
  fc.assert(
    fc.property(bytes, (some) => {
      try {
        decodeMessage(some, type);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }),
    { numRuns: 300 },
  );
});

test('a message larger than the buffer is whole, and the next one too', () => {
  const stream = controlClientStream();
  const output = 'ä'.repeat(300_000);
  const report = { report: { sequence: 1, command: { commandId: 'c', output } } };
  for (const message of [report, { hello: { node: 'n1' } }, report]) {
    expect(control.requestDeserialize(stream.requestSerialize(message))).toEqual(
      control.requestDeserialize(control.requestSerialize(message)),
    );
  }
});

test('fields that are not known, of every wire type, are passed over', () => {
  const stream = telemetryClientStream();
  const ack = telemetry.responseSerialize({ ack: { credit: 7 } });
  const unknown = Buffer.from(
    [
      [0xf8, 0x07, 0x96, 0x01],
      [0xf9, 0x07, 1, 2, 3, 4, 5, 6, 7, 8],
      [0xfa, 0x07, 2, 1, 1],
      [0xfd, 0x07, 1, 2, 3, 4],
    ].flat(),
  );
  const read = stream.responseDeserialize(Buffer.concat([unknown, ack, unknown]));
  expect(read).toMatchObject({ message: 'ack', ack: { credit: 7 } });
});

test.each([16_512_340.000000002, -1.5, Number.NaN])(
  'the time %d travels as the library would send it',
  (timeMs) => {
    const message = { heartbeat: { sentTimeMs: timeMs, bootTimeMs: timeMs } };
    const ours = telemetryClientStream().requestSerialize(message);
    expect(telemetry.requestDeserialize(ours)).toEqual(
      telemetry.requestDeserialize(telemetry.requestSerialize(message)),
    );
  },
);

test('a value of a wrong type is refused by its name', () => {
  const encoder = new MessageEncoder();
  const wrong = (message: object): (() => Buffer) => {
    return () => encoder.encode(message, types.message('StreamTelemetryRequest'));
  };
  expect(wrong({ hello: { node: 5 } })).toThrow('node is no string');
  expect(wrong({ hello: 'n1' })).toThrow('hello is no message');
  expect(wrong({ batch: { sequence: '1' } })).toThrow('sequence is no uint64');
  expect(wrong({ batch: { dataClass: 'DATA_CLASS_X' } })).toThrow('dataClass is no enum');
  expect(wrong({ batch: { processes: { snapshots: 3 } } })).toThrow('snapshots is no list');
  expect(() => types.message('NoMessage')).toThrow('the protocol has no message NoMessage');
});

/** Any message of the type: every field may be missing; of a oneof at most one member is there. */
function messages(type: MessageType, depth: number): fc.Arbitrary<Record<string, unknown>> {
  const isPossible = ({ value }: Field): boolean => value.kind !== 'message' || depth < 4;
  const fields = type.fields.filter(isPossible);
  const plain = fields.filter(({ oneof }) => oneof === null);
  const members = fields.filter(({ oneof }) => oneof !== null);
  const model = Object.fromEntries(plain.map((field) => [field.name, values(field, depth)]));
  const rest = fc.record(model, { requiredKeys: [] });
  if (members.length === 0) return rest;
  const one = fc.oneof(
    ...members.map((field) => single(field, depth).map((value) => ({ [field.name]: value }))),
  );
  return fc.tuple(rest, one).map(([some, member]) => ({ ...some, ...member }));
}

function values(field: Field, depth: number): fc.Arbitrary<unknown> {
  return field.isRepeated ? fc.array(single(field, depth), { maxLength: 4 }) : single(field, depth);
}

function single({ value }: Field, depth: number): fc.Arbitrary<unknown> {
  switch (value.kind) {
    case 'message':
      return messages(value.type, depth + 1);
    case 'enum':
      return fc.constantFrom(...value.type.names.values());
    case 'string':
      return fc.string({ unit: 'grapheme', maxLength: 100 });
    case 'bytes':
      return fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
    case 'bool':
      return fc.boolean();
    case 'uint32':
      return fc.integer({ min: 0, max: 2 ** 32 - 1 });
    case 'int32':
      return fc.integer();
    case 'uint64':
      return fc.maxSafeNat();
    case 'int64':
      return fc.maxSafeInteger();
  }
}
