// Original file: proto/jidi/v1/telemetry.proto

import type { HelloInput as _jidi_v1_HelloInput, Hello as _jidi_v1_Hello } from '../../jidi/v1/Hello.ts';
import type { BatchInput as _jidi_v1_BatchInput, Batch as _jidi_v1_Batch } from '../../jidi/v1/Batch.ts';
import type { HeartbeatInput as _jidi_v1_HeartbeatInput, Heartbeat as _jidi_v1_Heartbeat } from '../../jidi/v1/Heartbeat.ts';

export interface StreamTelemetryRequestInput {
  'hello'?: (_jidi_v1_HelloInput | null);
  'batch'?: (_jidi_v1_BatchInput | null);
  'heartbeat'?: (_jidi_v1_HeartbeatInput | null);
  'message'?: "hello"|"batch"|"heartbeat";
}

export interface StreamTelemetryRequest {
  'hello'?: (_jidi_v1_Hello | null);
  'batch'?: (_jidi_v1_Batch | null);
  'heartbeat'?: (_jidi_v1_Heartbeat | null);
  'message'?: "hello"|"batch"|"heartbeat";
}
