// Original file: proto/jidi/v1/profile.proto

import type { ProfileTargetInput as _jidi_v1_ProfileTargetInput, ProfileTarget as _jidi_v1_ProfileTarget } from '../../jidi/v1/ProfileTarget.ts';
import type { Long } from '@grpc/proto-loader';

export interface StartProfileInput {
  'profileId'?: (string);
  'durationMs'?: (number);
  'frequencyHz'?: (number);
  'target'?: (_jidi_v1_ProfileTargetInput | null);
  'event'?: (string);
  'callGraph'?: (string);
  'withInlined'?: (boolean);
  'startAtMs'?: (number | string | Long);
}

export interface StartProfile {
  'profileId': (string);
  'durationMs': (number);
  'frequencyHz': (number);
  'target': (_jidi_v1_ProfileTarget | null);
  'event': (string);
  'callGraph': (string);
  'withInlined': (boolean);
  'startAtMs': (number);
}
