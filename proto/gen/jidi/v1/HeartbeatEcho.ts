// Original file: proto/jidi/v1/telemetry.proto

import type { AckInput as _jidi_v1_AckInput, Ack as _jidi_v1_Ack } from '../../jidi/v1/Ack.ts';
import type { Long } from '@grpc/proto-loader';

export interface HeartbeatEchoInput {
  'sentTimeMs'?: (number | string | Long);
  'collectorTimeMs'?: (number | string | Long);
  'receipts'?: (_jidi_v1_AckInput)[];
}

export interface HeartbeatEcho {
  'sentTimeMs': (number);
  'collectorTimeMs': (number);
  'receipts': (_jidi_v1_Ack)[];
}
