// Original file: proto/jidi/v1/control.proto

import type { StartProfileInput as _jidi_v1_StartProfileInput, StartProfile as _jidi_v1_StartProfile } from '../../jidi/v1/StartProfile.ts';
import type { StopProfileInput as _jidi_v1_StopProfileInput, StopProfile as _jidi_v1_StopProfile } from '../../jidi/v1/StopProfile.ts';
import type { RunCommandInput as _jidi_v1_RunCommandInput, RunCommand as _jidi_v1_RunCommand } from '../../jidi/v1/RunCommand.ts';
import type { CancelCommandInput as _jidi_v1_CancelCommandInput, CancelCommand as _jidi_v1_CancelCommand } from '../../jidi/v1/CancelCommand.ts';

export interface DirectiveInput {
  'startProfile'?: (_jidi_v1_StartProfileInput | null);
  'stopProfile'?: (_jidi_v1_StopProfileInput | null);
  'runCommand'?: (_jidi_v1_RunCommandInput | null);
  'cancelCommand'?: (_jidi_v1_CancelCommandInput | null);
  'action'?: "startProfile"|"stopProfile"|"runCommand"|"cancelCommand";
}

export interface Directive {
  'startProfile'?: (_jidi_v1_StartProfile | null);
  'stopProfile'?: (_jidi_v1_StopProfile | null);
  'runCommand'?: (_jidi_v1_RunCommand | null);
  'cancelCommand'?: (_jidi_v1_CancelCommand | null);
  'action'?: "startProfile"|"stopProfile"|"runCommand"|"cancelCommand";
}
