// Original file: proto/jidi/v1/process.proto

import type { Long } from '@grpc/proto-loader';

export interface ProcessDefinitionInput {
  'id'?: (number);
  'pid'?: (number);
  'startTimeMs'?: (number | string | Long);
  'parentPid'?: (number);
  'name'?: (string);
  'command'?: (string);
  'user'?: (string);
  'uid'?: (number);
  'job'?: (string);
  'step'?: (string);
  'localRankPlus1'?: (number);
  'outsideJob'?: (boolean);
  'allowedCpus'?: (string);
}

export interface ProcessDefinition {
  'id': (number);
  'pid': (number);
  'startTimeMs': (number);
  'parentPid': (number);
  'name': (string);
  'command': (string);
  'user': (string);
  'uid': (number);
  'job': (string);
  'step': (string);
  'localRankPlus1': (number);
  'outsideJob': (boolean);
  'allowedCpus': (string);
}
