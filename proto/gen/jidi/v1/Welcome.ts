// Original file: proto/jidi/v1/common.proto

import type { PositionInput as _jidi_v1_PositionInput, Position as _jidi_v1_Position } from '../../jidi/v1/Position.ts';
import type { Long } from '@grpc/proto-loader';

export interface WelcomeInput {
  'protocolVersion'?: (number);
  'collectorVersion'?: (string);
  'helloTimeMs'?: (number | string | Long);
  'collectorTimeMs'?: (number | string | Long);
  'stored'?: (_jidi_v1_PositionInput)[];
  'credit'?: (number);
}

export interface Welcome {
  'protocolVersion': (number);
  'collectorVersion': (string);
  'helloTimeMs': (number);
  'collectorTimeMs': (number);
  'stored': (_jidi_v1_Position)[];
  'credit': (number);
}
