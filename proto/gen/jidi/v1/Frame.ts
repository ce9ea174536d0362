// Original file: proto/jidi/v1/profile.proto


export interface FrameInput {
  'function'?: (string);
  'module'?: (string);
}

export interface Frame {
  'function': (string);
  'module': (string);
}
