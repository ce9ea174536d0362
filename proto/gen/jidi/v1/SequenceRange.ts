// Original file: proto/jidi/v1/common.proto

import type { Long } from '@grpc/proto-loader';

export interface SequenceRangeInput {
  'from'?: (number | string | Long);
  'to'?: (number | string | Long);
}

export interface SequenceRange {
  'from': (number);
  'to': (number);
}
