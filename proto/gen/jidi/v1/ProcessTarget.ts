// Original file: proto/jidi/v1/profile.proto

import type { Long } from '@grpc/proto-loader';

export interface ProcessTargetInput {
  'pid'?: (number);
  'startTimeMs'?: (number | string | Long);
  'withChildren'?: (boolean);
  'threads'?: (number)[];
}

export interface ProcessTarget {
  'pid': (number);
  'startTimeMs': (number);
  'withChildren': (boolean);
  'threads': (number)[];
}
