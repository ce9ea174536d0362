// Original file: proto/jidi/v1/common.proto

import type { DataClassInput as _jidi_v1_DataClassInput, DataClass as _jidi_v1_DataClass } from '../../jidi/v1/DataClass.ts';
import type { Long } from '@grpc/proto-loader';

export interface HeldInput {
  'dataClass'?: (_jidi_v1_DataClassInput);
  'firstSequence'?: (number | string | Long);
  'nextSequence'?: (number | string | Long);
}

export interface Held {
  'dataClass': (_jidi_v1_DataClass);
  'firstSequence': (number);
  'nextSequence': (number);
}
