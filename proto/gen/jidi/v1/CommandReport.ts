// Original file: proto/jidi/v1/command.proto

import type { CommandStateInput as _jidi_v1_CommandStateInput, CommandState as _jidi_v1_CommandState } from '../../jidi/v1/CommandState.ts';
import type { ReasonInput as _jidi_v1_ReasonInput, Reason as _jidi_v1_Reason } from '../../jidi/v1/Reason.ts';
import type { Long } from '@grpc/proto-loader';

export interface CommandReportInput {
  'commandId'?: (string);
  'state'?: (_jidi_v1_CommandStateInput);
  'output'?: (string);
  'truncated'?: (boolean);
  'exitCode'?: (number);
  'hasExitCode'?: (boolean);
  'reason'?: (_jidi_v1_ReasonInput | null);
  'timeMs'?: (number | string | Long);
}

export interface CommandReport {
  'commandId': (string);
  'state': (_jidi_v1_CommandState);
  'output': (string);
  'truncated': (boolean);
  'exitCode': (number);
  'hasExitCode': (boolean);
  'reason': (_jidi_v1_Reason | null);
  'timeMs': (number);
}
