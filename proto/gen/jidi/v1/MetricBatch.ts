// Original file: proto/jidi/v1/metric.proto

import type { SeriesDefinitionInput as _jidi_v1_SeriesDefinitionInput, SeriesDefinition as _jidi_v1_SeriesDefinition } from '../../jidi/v1/SeriesDefinition.ts';
import type { MetricTickInput as _jidi_v1_MetricTickInput, MetricTick as _jidi_v1_MetricTick } from '../../jidi/v1/MetricTick.ts';

export interface MetricBatchInput {
  'keyframe'?: (boolean);
  'definitions'?: (_jidi_v1_SeriesDefinitionInput)[];
  'ticks'?: (_jidi_v1_MetricTickInput)[];
}

export interface MetricBatch {
  'keyframe': (boolean);
  'definitions': (_jidi_v1_SeriesDefinition)[];
  'ticks': (_jidi_v1_MetricTick)[];
}
