// Original file: proto/jidi/v1/metric.proto


export interface LabelInput {
  'name'?: (string);
  'value'?: (string);
}

export interface Label {
  'name': (string);
  'value': (string);
}
