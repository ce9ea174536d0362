// Claim: a sample costs less than two bytes on the wire, and a tick of 256 samples about ten microseconds at
// the agent and three at the collector: many times less than a message per sample.
//
// In: twenty minutes of ticks of one node. Measured at both ends with everything a stream does: messages, dictionary, bytes.
import protobuf from 'protobufjs';
import { TelemetryService } from '../proto/load.ts';
import type { MetricTick } from '../shared/model/metric.ts';
import { TelemetryDecoder, TelemetryEncoder } from '../shared/wire/telemetry-stream.ts';
import { createTicks, seriesCount } from './measuring/node-ticks.ts';
import { type Contender, printComparison, printNote } from './measuring/report.ts';
import { compareCpu } from './measuring/stopwatch.ts';

interface Codec {
  /** One tick becomes one or many messages. */
  encode(tick: MetricTick, sequence: number): readonly Uint8Array[];
  /** Returns how many samples came out. */
  decode(messages: readonly Uint8Array[]): number;
}

const ticks = createTicks(240, 1);
const rounds = 7;

/** Made anew each time, as for every stream. */
const contenders: readonly (readonly [name: string, create: () => Codec])[] = [
  ['columns and dictionary', createOurs],
  ['a protobuf message per sample', createProtobuf],
  ['a JSON object per sample', createJson],
];

const sent = contenders.map(([, create]) => encodeAll(create()));
const encoding = await compareCpu(
  rounds,
  contenders.map(
    ([, create]) =>
      () =>
        encodeAll(create()),
  ),
);
const decoding = await compareCpu(
  rounds,
  contenders.map(
    ([name, create], index) =>
      () =>
        decodeAll(name, create(), sent[index] ?? []),
  ),
);
const [ours, ...others] = contenders.map(([name], index): Contender => {
  const bytes = (sent[index] ?? []).flat().reduce((sum, message) => sum + message.length, 0);
  const perTick = [encoding[index], decoding[index]].map((cost = Number.NaN) => cost / ticks.length);
  return { name, figures: [bytes / (ticks.length * seriesCount), ...perTick] };
});
printNote(`${ticks.length} ticks of ${seriesCount} samples, dictionary included\n`);
if (ours !== undefined) {
  printComparison({ columns: ['bytes/sample', 'encode, CPU µs/tick', 'decode, CPU µs/tick'], ours, others });
}

function encodeAll(codec: Codec): readonly (readonly Uint8Array[])[] {
  return ticks.map((tick, index) => codec.encode(tick, index + 1));
}

function decodeAll(name: string, codec: Codec, messages: readonly (readonly Uint8Array[])[]): void {
  const samples = messages.reduce((sum, ofTick) => sum + codec.decode(ofTick), 0);
  if (samples !== ticks.length * seriesCount) throw new Error(`${name}: ${samples} samples came out`);
}

function createOurs(): Codec {
  const { requestSerialize } = TelemetryService.service.StreamTelemetry;
  const encoder = new TelemetryEncoder();
  const decoder = new TelemetryDecoder();
  return {
    encode: (tick, sequence) => [
      requestSerialize(
        encoder.batch({ bootedMs: null, sequence, payload: { kind: 'metrics', ticks: [tick] } }),
      ),
    ],
    decode: (messages) =>
      messages.reduce((sum, message) => {
        const request = decoder.read(Buffer.from(message.buffer, message.byteOffset, message.length));
        const payload = request.kind === 'batch' ? request.decodePayload() : undefined;
        return sum + (payload?.kind === 'metrics' ? (payload.ticks[0]?.values.length ?? 0) : 0);
      }, 0),
  };
}

function createProtobuf(): Codec {
  const { root } = protobuf.parse(`
    syntax = "proto3";
    message Sample { string metric = 1; map<string, string> labels = 2; int64 time_ms = 3; double value = 4; }`);
  const Sample = root.lookupType('Sample');
  return {
    encode: (tick) => samplesOf(tick).map((sample) => Sample.encode(Sample.fromObject(sample)).finish()),
    decode: (messages) => messages.map((message) => Sample.toObject(Sample.decode(message))).length,
  };
}

function createJson(): Codec {
  return {
    encode: (tick) => samplesOf(tick).map((sample) => Buffer.from(JSON.stringify(sample))),
    decode: (messages) =>
      messages.map((message): unknown => JSON.parse(Buffer.from(message).toString('utf8'))).length,
  };
}

function samplesOf({ series, values, timeMs }: MetricTick) {
  return series.map(({ metric, labels }, place) => ({ metric, labels, timeMs, value: values[place] }));
}
