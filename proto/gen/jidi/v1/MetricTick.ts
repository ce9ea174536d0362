// Original file: proto/jidi/v1/metric.proto

import type { Long } from '@grpc/proto-loader';

export interface MetricTickInput {
  'timeMs'?: (number | string | Long);
  'values'?: (Buffer | Uint8Array | string);
}

export interface MetricTick {
  'timeMs': (number);
  'values': (Buffer);
}
