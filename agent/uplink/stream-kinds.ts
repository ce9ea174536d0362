// The two streams of the protocol, as the uplink opens them. In: the collector's address and credentials.
// Messages become bytes here, not within gRPC: one that no collector takes (WireError) must be known before it is sent.
import { type ChannelCredentials, type ChannelOptions, Client, credentials } from '@grpc/grpc-js';
import { controlClientStream, telemetryClientStream } from '../../proto/client-streams.ts';
import type { StreamControlResponse } from '../../proto/gen/jidi/v1/StreamControlResponse.ts';
import type { StreamTelemetryResponse } from '../../proto/gen/jidi/v1/StreamTelemetryResponse.ts';
import { wireBounds } from '../../shared/wire/bounds.ts';
import { decodeControlResponse, encodeControlHello, encodeReport } from '../../shared/wire/control-stream.ts';
import { decodeTelemetryResponse, TelemetryEncoder } from '../../shared/wire/telemetry-stream.ts';
import { tooLarge } from '../../shared/wire/wire-error.ts';
import type { StreamKind } from './stream-dialect.ts';

const channelOptions: ChannelOptions = {
  // A stream that lives for months must not be kept in a retry buffer.
  'grpc.enable_retries': 0,
  'grpc.keepalive_time_ms': 30_000,
  'grpc.keepalive_timeout_ms': 10_000,
  // The uplink has its own pauses; the channel's must not come on top.
  'grpc.initial_reconnect_backoff_ms': 200,
  'grpc.max_reconnect_backoff_ms': 1_000,
  'grpc.max_receive_message_length': 1024 * 1024,
  // Two streams, two connections: a flood of data must not delay a directive.
  'grpc.use_local_subchannel_pool': 1,
};

const telemetry = telemetryClientStream();
const control = controlClientStream();

export function telemetryStream(
  target: string,
  security: ChannelCredentials = credentials.createInsecure(),
): StreamKind<Buffer, StreamTelemetryResponse> {
  const client = new Client(target, security, channelOptions);
  return {
    name: 'telemetry',
    classes: ['event', 'metric', 'process'],
    open() {
      const encoder = new TelemetryEncoder();
      return {
        call: client.makeBidiStreamRequest(telemetry.path, asIs, telemetry.responseDeserialize),
        hello: (hello) => telemetry.requestSerialize(encoder.hello(hello)),
        batch: (batch) => bounded(telemetry.requestSerialize(encoder.batch(batch))),
        heartbeat: (sentTimeMs, bootTimeMs) =>
          telemetry.requestSerialize(encoder.heartbeat({ sentTimeMs, bootTimeMs })),
        decode: decodeTelemetryResponse,
      };
    },
    close: () => client.close(),
  };
}

export function controlStream(
  target: string,
  security: ChannelCredentials = credentials.createInsecure(),
): StreamKind<Buffer, StreamControlResponse> {
  const client = new Client(target, security, channelOptions);
  return {
    name: 'control',
    classes: ['result', 'profile'],
    open: () => ({
      call: client.makeBidiStreamRequest(control.path, asIs, control.responseDeserialize),
      hello: (hello) => control.requestSerialize(encodeControlHello(hello)),
      batch: (batch) => bounded(control.requestSerialize(encodeReport(batch))),
      heartbeat: () => null,
      decode: decodeControlResponse,
    }),
    close: () => client.close(),
  };
}

function asIs(bytes: Buffer): Buffer {
  return bytes;
}

function bounded(bytes: Buffer): Buffer {
  const { messageBytes } = wireBounds;
  if (bytes.length > messageBytes)
    throw tooLarge('message', `${bytes.length} bytes, at most ${messageBytes}`);
  return bytes;
}
