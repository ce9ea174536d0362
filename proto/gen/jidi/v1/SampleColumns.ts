// Original file: proto/jidi/v1/profile.proto

import type { Long } from '@grpc/proto-loader';

export interface SampleColumnsInput {
  'summed'?: (boolean);
  'timeDeltasMs'?: (number)[];
  'threadIds'?: (number)[];
  'nodes'?: (number)[];
  'weights'?: (number | string | Long)[];
}

export interface SampleColumns {
  'summed': (boolean);
  'timeDeltasMs': (number)[];
  'threadIds': (number)[];
  'nodes': (number)[];
  'weights': (number)[];
}
