// Reads what the agent sent, as a collector would. In: the bytes of its connections with their times, a window. Out: how
// many values and bytes of each kind went out in the window. It refuses bytes that are not gRPC over plain HTTP/2.
import { TelemetryService } from '../../proto/load.ts';
import type { Payload } from '../../shared/model/batch.ts';
import type { ProcessSample } from '../../shared/model/process.ts';
import { TelemetryDecoder } from '../../shared/wire/telemetry-stream.ts';
import type { SentStream } from './counting-proxy.ts';

const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const frameHead = 9;
const messageHead = 5;
const dataFrame = 0;
const padded = 0x08;

export interface WireAccount {
  /** Everything, framing and heartbeats included. */
  bytes: number;
  ticks: number;
  metricBytes: number;
  metricValues: number;
  processBytes: number;
  processRows: number;
  processValues: number;
}

interface Message {
  readonly atMs: number;
  readonly bytes: Buffer;
}

/** `performance.now()` of begin and end. */
export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

export function accountOf(streams: readonly SentStream[], { fromMs, toMs }: Window): WireAccount {
  const account = emptyAccount();
  const isWithin = ({ atMs }: { atMs: number }): boolean => atMs >= fromMs && atMs < toMs;
  for (const stream of streams) {
    for (const chunk of stream.filter(isWithin)) account.bytes += chunk.bytes.length;
  }
  // The other stream, for commands, says little more than its greeting.
  const calls = streams.flatMap((stream) => [...Map.groupBy(framesOf(stream), ({ call }) => call).values()]);
  const sizes = calls.map((frames) => frames.reduce((sum, { bytes }) => sum + bytes.length, 0));
  const telemetry = calls[sizes.indexOf(Math.max(...sizes))] ?? [];
  const decoder = new TelemetryDecoder();
  for (const message of messagesOf(telemetry)) {
    const request = decoder.request(
      TelemetryService.service.StreamTelemetry.requestDeserialize(message.bytes),
    );
    // Decoded in any case: the dictionary must learn.
    const payload = request.kind === 'batch' ? request.decodePayload() : null;
    if (payload !== null && isWithin(message)) add(account, payload, message.bytes.length + messageHead);
  }
  return account;
}

function emptyAccount(): WireAccount {
  return {
    bytes: 0,
    ticks: 0,
    metricBytes: 0,
    metricValues: 0,
    processBytes: 0,
    processRows: 0,
    processValues: 0,
  };
}

function add(account: WireAccount, payload: Payload, bytes: number): void {
  if (payload.kind === 'metrics') {
    account.metricBytes += bytes;
    account.ticks += payload.ticks.length;
    for (const { values } of payload.ticks) {
      account.metricValues += values.reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : 1), 0);
    }
  }
  if (payload.kind === 'processes') {
    account.processBytes += bytes;
    for (const { processes } of payload.snapshots) {
      account.processRows += processes.length;
      account.processValues += processes.reduce((sum, process) => sum + measuredFields(process), 0);
    }
  }
}

/** Fields that say who a process is, not how it does. */
const identifying = new Set(['pid', 'parentPid', 'startTimeMs', 'uid']);

/** Numbers that were measured of a process now, and its state. */
function measuredFields(process: ProcessSample): number {
  const isMeasured = ([field, value]: [string, unknown]): boolean =>
    field === 'state' || (typeof value === 'number' && !identifying.has(field));
  return Object.entries(process).filter(isMeasured).length;
}

/** Messages of gRPC within the DATA frames of one call. */
function* messagesOf(frames: readonly Message[]): Generator<Message> {
  let data = Buffer.alloc(0);
  for (const frame of frames) {
    data = Buffer.concat([data, frame.bytes]);
    while (data.length >= messageHead) {
      const length = data.readUInt32BE(1);
      if (data.length < messageHead + length) break;
      yield { atMs: frame.atMs, bytes: data.subarray(messageHead, messageHead + length) };
      data = data.subarray(messageHead + length);
    }
  }
}

interface Frame extends Message {
  /** Number of the HTTP/2 stream. */
  readonly call: number;
}

/** Payloads of DATA frames of one connection. */
function* framesOf(stream: SentStream): Generator<Frame> {
  let rest = Buffer.alloc(0);
  let begun = false;
  for (const { atMs, bytes } of stream) {
    rest = Buffer.concat([rest, bytes]);
    if (!begun) {
      if (rest.length < preface.length) continue;
      if (rest.toString('latin1', 0, preface.length) !== preface) throw new Error('the agent sent no HTTP/2');
      rest = rest.subarray(preface.length);
      begun = true;
    }
    while (rest.length >= frameHead) {
      const length = rest.readUIntBE(0, 3);
      if (rest.length < frameHead + length) break;
      const padding = ((rest[4] ?? 0) & padded) === 0 ? 0 : 1 + (rest[frameHead] ?? 0);
      const from = frameHead + (padding > 0 ? 1 : 0);
      const to = frameHead + length - Math.max(0, padding - 1);
      if (rest[3] === dataFrame) yield { atMs, call: rest.readUInt32BE(5), bytes: rest.subarray(from, to) };
      rest = rest.subarray(frameHead + length);
    }
  }
}
