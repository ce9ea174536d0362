// The two streams of the protocol, as the uplink opens them. In: the collector's address and credentials.
import { type ChannelCredentials, type ChannelOptions, credentials } from '@grpc/grpc-js';
import type { StreamControlRequestInput } from '../../proto/gen/jidi/v1/StreamControlRequest.ts';
import type { StreamControlResponse } from '../../proto/gen/jidi/v1/StreamControlResponse.ts';
import type { StreamTelemetryRequestInput } from '../../proto/gen/jidi/v1/StreamTelemetryRequest.ts';
import type { StreamTelemetryResponse } from '../../proto/gen/jidi/v1/StreamTelemetryResponse.ts';
import { ControlService, TelemetryService } from '../../proto/load.ts';
import { decodeControlResponse, encodeControlHello, encodeReport } from '../../shared/wire/control-stream.ts';
import { decodeTelemetryResponse, TelemetryEncoder } from '../../shared/wire/telemetry-stream.ts';
import type { StreamKind } from './stream-dialect.ts';

const channelOptions: ChannelOptions = {
  // A stream that lives for months must not be kept in a retry buffer.
  'grpc.enable_retries': 0,
  'grpc.keepalive_time_ms': 30_000,
  'grpc.keepalive_timeout_ms': 10_000,
  'grpc.initial_reconnect_backoff_ms': 500,
  'grpc.max_reconnect_backoff_ms': 5_000,
  'grpc.max_receive_message_length': 1024 * 1024,
  // Two streams, two connections: a flood of data must not delay a directive.
  'grpc.use_local_subchannel_pool': 1,
};

export function telemetryStream(
  target: string,
  security: ChannelCredentials = credentials.createInsecure(),
): StreamKind<StreamTelemetryRequestInput, StreamTelemetryResponse> {
  const client = new TelemetryService(target, security, channelOptions);
  return {
    name: 'telemetry',
    classes: ['event', 'metric', 'process'],
    open() {
      const encoder = new TelemetryEncoder();
      return {
        call: client.streamTelemetry(),
        hello: (hello) => encoder.hello(hello),
        batch: (batch) => encoder.batch(batch),
        heartbeat: (sentTimeMs, bootTimeMs) => encoder.heartbeat({ sentTimeMs, bootTimeMs }),
        decode: decodeTelemetryResponse,
      };
    },
    close: () => client.close(),
  };
}

export function controlStream(
  target: string,
  security: ChannelCredentials = credentials.createInsecure(),
): StreamKind<StreamControlRequestInput, StreamControlResponse> {
  const client = new ControlService(target, security, channelOptions);
  return {
    name: 'control',
    classes: ['result', 'profile'],
    open: () => ({
      call: client.streamControl(),
      hello: encodeControlHello,
      batch: encodeReport,
      heartbeat: () => null,
      decode: decodeControlResponse,
    }),
    close: () => client.close(),
  };
}
