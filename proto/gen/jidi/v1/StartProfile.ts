// Original file: proto/jidi/v1/profile.proto

import type { Long } from '@grpc/proto-loader';

export interface StartProfileInput {
  'profileId'?: (string);
  'pid'?: (number);
  'startTimeMs'?: (number | string | Long);
  'durationMs'?: (number);
  'frequencyHz'?: (number);
}

export interface StartProfile {
  'profileId': (string);
  'pid': (number);
  'startTimeMs': (number);
  'durationMs': (number);
  'frequencyHz': (number);
}
