// Original file: proto/jidi/v1/telemetry.proto

import type { WelcomeInput as _jidi_v1_WelcomeInput, Welcome as _jidi_v1_Welcome } from '../../jidi/v1/Welcome.ts';
import type { AckInput as _jidi_v1_AckInput, Ack as _jidi_v1_Ack } from '../../jidi/v1/Ack.ts';
import type { RefusalInput as _jidi_v1_RefusalInput, Refusal as _jidi_v1_Refusal } from '../../jidi/v1/Refusal.ts';
import type { HeartbeatEchoInput as _jidi_v1_HeartbeatEchoInput, HeartbeatEcho as _jidi_v1_HeartbeatEcho } from '../../jidi/v1/HeartbeatEcho.ts';

export interface StreamTelemetryResponseInput {
  'welcome'?: (_jidi_v1_WelcomeInput | null);
  'ack'?: (_jidi_v1_AckInput | null);
  'refusal'?: (_jidi_v1_RefusalInput | null);
  'heartbeatEcho'?: (_jidi_v1_HeartbeatEchoInput | null);
  'message'?: "welcome"|"ack"|"refusal"|"heartbeatEcho";
}

export interface StreamTelemetryResponse {
  'welcome'?: (_jidi_v1_Welcome | null);
  'ack'?: (_jidi_v1_Ack | null);
  'refusal'?: (_jidi_v1_Refusal | null);
  'heartbeatEcho'?: (_jidi_v1_HeartbeatEcho | null);
  'message'?: "welcome"|"ack"|"refusal"|"heartbeatEcho";
}
