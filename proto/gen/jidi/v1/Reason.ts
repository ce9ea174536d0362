// Original file: proto/jidi/v1/profile.proto


export interface ReasonInput {
  'code'?: (string);
  'message'?: (string);
  'remedy'?: (string);
}

export interface Reason {
  'code': (string);
  'message': (string);
  'remedy': (string);
}
