// Original file: proto/jidi/v1/common.proto

import type { NodeRoleInput as _jidi_v1_NodeRoleInput, NodeRole as _jidi_v1_NodeRole } from '../../jidi/v1/NodeRole.ts';
import type { HeldInput as _jidi_v1_HeldInput, Held as _jidi_v1_Held } from '../../jidi/v1/Held.ts';
import type { Long } from '@grpc/proto-loader';

export interface HelloInput {
  'protocolVersion'?: (number);
  'node'?: (string);
  'bootId'?: (string);
  'spoolId'?: (string);
  'agentVersion'?: (string);
  'role'?: (_jidi_v1_NodeRoleInput);
  'sentTimeMs'?: (number | string | Long);
  'intervalMs'?: (number);
  'bootTimeMs'?: (number | string | Long);
  'held'?: (_jidi_v1_HeldInput)[];
}

export interface Hello {
  'protocolVersion': (number);
  'node': (string);
  'bootId': (string);
  'spoolId': (string);
  'agentVersion': (string);
  'role': (_jidi_v1_NodeRole);
  'sentTimeMs': (number);
  'intervalMs': (number);
  'bootTimeMs': (number);
  'held': (_jidi_v1_Held)[];
}
