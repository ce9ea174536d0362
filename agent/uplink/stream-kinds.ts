// The two streams of the protocol, as the uplink opens them. In: the connection to the collector.
// Messages become bytes here: one that no collector takes (WireError) must be known before it is sent.
import { controlClientStream, telemetryClientStream } from '../../proto/client-streams.ts';
import type { StreamControlResponse } from '../../proto/gen/jidi/v1/StreamControlResponse.ts';
import type { StreamTelemetryResponse } from '../../proto/gen/jidi/v1/StreamTelemetryResponse.ts';
import { wireBounds } from '../../shared/wire/bounds.ts';
import { decodeControlResponse, encodeControlHello, encodeReport } from '../../shared/wire/control-stream.ts';
import { decodeTelemetryResponse, TelemetryEncoder } from '../../shared/wire/telemetry-stream.ts';
import { tooLarge } from '../../shared/wire/wire-error.ts';
import { GrpcCall } from './grpc-call.ts';
import type { GrpcConnection } from './grpc-connection.ts';
import type { StreamKind } from './stream-dialect.ts';

const telemetry = telemetryClientStream();
const control = controlClientStream();
const { messageBytes: mostBytes } = wireBounds;

/** `failed` hears of collectors that do not let the stream in. */
type Failed = (collector: string) => void;

export function telemetryStream(
  connection: GrpcConnection,
  failed: Failed = () => undefined,
): StreamKind<Buffer, StreamTelemetryResponse> {
  const { path, responseDeserialize: decode } = telemetry;
  return {
    name: 'telemetry',
    classes: ['event', 'metric', 'process'],
    open() {
      const encoder = new TelemetryEncoder();
      const { target } = connection;
      return {
        unwelcome: () => failed(target),
        call: new GrpcCall({ connection, path, decode, mostBytes }),
        hello: (hello) => telemetry.requestSerialize(encoder.hello(hello)),
        batch: (batch, receiptMayWait) =>
          bounded(telemetry.requestSerialize(encoder.batch(batch, receiptMayWait))),
        heartbeat: (sentTimeMs, bootTimeMs) =>
          telemetry.requestSerialize(encoder.heartbeat({ sentTimeMs, bootTimeMs })),
        decode: decodeTelemetryResponse,
      };
    },
  };
}

export function controlStream(
  connection: GrpcConnection,
  failed: Failed = () => undefined,
): StreamKind<Buffer, StreamControlResponse> {
  const { path, responseDeserialize: decode } = control;
  return {
    name: 'control',
    classes: ['result', 'profile'],
    open() {
      const { target } = connection;
      return {
        unwelcome: () => failed(target),
        call: new GrpcCall({ connection, path, decode, mostBytes }),
        hello: (hello) => control.requestSerialize(encodeControlHello(hello)),
        batch: (batch) => bounded(control.requestSerialize(encodeReport(batch))),
        heartbeat: () => null,
        decode: decodeControlResponse,
      };
    },
  };
}

function bounded(bytes: Buffer): Buffer {
  if (bytes.length > mostBytes) throw tooLarge('message', `${bytes.length} bytes, at most ${mostBytes}`);
  return bytes;
}
