// Original file: proto/jidi/v1/profile.proto

import type { FrameInput as _jidi_v1_FrameInput, Frame as _jidi_v1_Frame } from '../../jidi/v1/Frame.ts';

export interface StackChunkInput {
  'index'?: (number);
  'last'?: (boolean);
  'frames'?: (_jidi_v1_FrameInput)[];
  'parentsPlus1'?: (number)[];
  'frameIds'?: (number)[];
  'self'?: (number)[];
}

export interface StackChunk {
  'index': (number);
  'last': (boolean);
  'frames': (_jidi_v1_Frame)[];
  'parentsPlus1': (number)[];
  'frameIds': (number)[];
  'self': (number)[];
}
