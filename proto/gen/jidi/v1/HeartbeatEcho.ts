// Original file: proto/jidi/v1/telemetry.proto

import type { Long } from '@grpc/proto-loader';

export interface HeartbeatEchoInput {
  'sentTimeMs'?: (number | string | Long);
  'collectorTimeMs'?: (number | string | Long);
}

export interface HeartbeatEcho {
  'sentTimeMs': (number);
  'collectorTimeMs': (number);
}
