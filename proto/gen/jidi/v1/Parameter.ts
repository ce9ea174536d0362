// Original file: proto/jidi/v1/command.proto


export interface ParameterInput {
  'name'?: (string);
  'value'?: (string);
}

export interface Parameter {
  'name': (string);
  'value': (string);
}
