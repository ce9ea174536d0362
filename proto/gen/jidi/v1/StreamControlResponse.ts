// Original file: proto/jidi/v1/control.proto

import type { WelcomeInput as _jidi_v1_WelcomeInput, Welcome as _jidi_v1_Welcome } from '../../jidi/v1/Welcome.ts';
import type { AckInput as _jidi_v1_AckInput, Ack as _jidi_v1_Ack } from '../../jidi/v1/Ack.ts';
import type { DirectiveInput as _jidi_v1_DirectiveInput, Directive as _jidi_v1_Directive } from '../../jidi/v1/Directive.ts';

export interface StreamControlResponseInput {
  'welcome'?: (_jidi_v1_WelcomeInput | null);
  'ack'?: (_jidi_v1_AckInput | null);
  'directive'?: (_jidi_v1_DirectiveInput | null);
  'message'?: "welcome"|"ack"|"directive";
}

export interface StreamControlResponse {
  'welcome'?: (_jidi_v1_Welcome | null);
  'ack'?: (_jidi_v1_Ack | null);
  'directive'?: (_jidi_v1_Directive | null);
  'message'?: "welcome"|"ack"|"directive";
}
