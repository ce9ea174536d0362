// Original file: proto/jidi/v1/command.proto

import type { ParameterInput as _jidi_v1_ParameterInput, Parameter as _jidi_v1_Parameter } from '../../jidi/v1/Parameter.ts';
import type { Long } from '@grpc/proto-loader';

export interface RunCommandInput {
  'commandId'?: (string);
  'action'?: (string);
  'parameters'?: (_jidi_v1_ParameterInput)[];
  'requester'?: (string);
  'issuedTimeMs'?: (number | string | Long);
  'expiresTimeMs'?: (number | string | Long);
  'timeoutMs'?: (number);
}

export interface RunCommand {
  'commandId': (string);
  'action': (string);
  'parameters': (_jidi_v1_Parameter)[];
  'requester': (string);
  'issuedTimeMs': (number);
  'expiresTimeMs': (number);
  'timeoutMs': (number);
}
