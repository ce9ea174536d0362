// Original file: proto/jidi/v1/profile.proto

import type { Long } from '@grpc/proto-loader';

export interface ProfiledProcessInput {
  'pid'?: (number);
  'startTimeMs'?: (number | string | Long);
  'name'?: (string);
  'command'?: (string);
  'user'?: (string);
}

export interface ProfiledProcess {
  'pid': (number);
  'startTimeMs': (number);
  'name': (string);
  'command': (string);
  'user': (string);
}
