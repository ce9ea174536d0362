// Original file: proto/jidi/v1/metric.proto

import type { LabelInput as _jidi_v1_LabelInput, Label as _jidi_v1_Label } from '../../jidi/v1/Label.ts';
import type { MetricKindInput as _jidi_v1_MetricKindInput, MetricKind as _jidi_v1_MetricKind } from '../../jidi/v1/MetricKind.ts';

export interface SeriesDefinitionInput {
  'metric'?: (string);
  'labels'?: (_jidi_v1_LabelInput)[];
  'kind'?: (_jidi_v1_MetricKindInput);
  'decimals'?: (number);
}

export interface SeriesDefinition {
  'metric': (string);
  'labels': (_jidi_v1_Label)[];
  'kind': (_jidi_v1_MetricKind);
  'decimals': (number);
}
