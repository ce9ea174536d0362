// Original file: proto/jidi/v1/common.proto

import type { DataClassInput as _jidi_v1_DataClassInput, DataClass as _jidi_v1_DataClass } from '../../jidi/v1/DataClass.ts';
import type { SequenceRangeInput as _jidi_v1_SequenceRangeInput, SequenceRange as _jidi_v1_SequenceRange } from '../../jidi/v1/SequenceRange.ts';
import type { Long } from '@grpc/proto-loader';

export interface PositionInput {
  'dataClass'?: (_jidi_v1_DataClassInput);
  'sequence'?: (number | string | Long);
  'beyond'?: (_jidi_v1_SequenceRangeInput)[];
}

export interface Position {
  'dataClass': (_jidi_v1_DataClass);
  'sequence': (number);
  'beyond': (_jidi_v1_SequenceRange)[];
}
