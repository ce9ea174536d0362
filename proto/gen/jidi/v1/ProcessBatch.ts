// Original file: proto/jidi/v1/process.proto

import type { ProcessDefinitionInput as _jidi_v1_ProcessDefinitionInput, ProcessDefinition as _jidi_v1_ProcessDefinition } from '../../jidi/v1/ProcessDefinition.ts';
import type { ProcessSnapshotInput as _jidi_v1_ProcessSnapshotInput, ProcessSnapshot as _jidi_v1_ProcessSnapshot } from '../../jidi/v1/ProcessSnapshot.ts';

export interface ProcessBatchInput {
  'keyframe'?: (boolean);
  'definitions'?: (_jidi_v1_ProcessDefinitionInput)[];
  'snapshots'?: (_jidi_v1_ProcessSnapshotInput)[];
  'waitChannels'?: (string)[];
}

export interface ProcessBatch {
  'keyframe': (boolean);
  'definitions': (_jidi_v1_ProcessDefinition)[];
  'snapshots': (_jidi_v1_ProcessSnapshot)[];
  'waitChannels': (string)[];
}
