// Original file: proto/jidi/v1/telemetry.proto

import type { Long } from '@grpc/proto-loader';

export interface HeartbeatInput {
  'sentTimeMs'?: (number | string | Long);
  'bootTimeMs'?: (number | string | Long);
}

export interface Heartbeat {
  'sentTimeMs': (number);
  'bootTimeMs': (number);
}
