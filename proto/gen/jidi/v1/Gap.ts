// Original file: proto/jidi/v1/common.proto

import type { DataClassInput as _jidi_v1_DataClassInput, DataClass as _jidi_v1_DataClass } from '../../jidi/v1/DataClass.ts';
import type { Long } from '@grpc/proto-loader';

export interface GapInput {
  'dataClass'?: (_jidi_v1_DataClassInput);
  'fromTimeMs'?: (number | string | Long);
  'toTimeMs'?: (number | string | Long);
  'count'?: (number | string | Long);
  'reason'?: (string);
  'fromSequence'?: (number | string | Long);
  'toSequence'?: (number | string | Long);
}

export interface Gap {
  'dataClass': (_jidi_v1_DataClass);
  'fromTimeMs': (number);
  'toTimeMs': (number);
  'count': (number);
  'reason': (string);
  'fromSequence': (number);
  'toSequence': (number);
}
