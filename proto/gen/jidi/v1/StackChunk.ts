// Original file: proto/jidi/v1/profile.proto

import type { FrameInput as _jidi_v1_FrameInput, Frame as _jidi_v1_Frame } from '../../jidi/v1/Frame.ts';
import type { ProfiledThreadInput as _jidi_v1_ProfiledThreadInput, ProfiledThread as _jidi_v1_ProfiledThread } from '../../jidi/v1/ProfiledThread.ts';
import type { SampleColumnsInput as _jidi_v1_SampleColumnsInput, SampleColumns as _jidi_v1_SampleColumns } from '../../jidi/v1/SampleColumns.ts';
import type { Long } from '@grpc/proto-loader';

export interface StackChunkInput {
  'index'?: (number);
  'last'?: (boolean);
  'frames'?: (_jidi_v1_FrameInput)[];
  'parentsPlus1'?: (number)[];
  'frameIds'?: (number)[];
  'threads'?: (_jidi_v1_ProfiledThreadInput)[];
  'samples'?: (_jidi_v1_SampleColumnsInput | null);
  'weights'?: (number | string | Long)[];
}

export interface StackChunk {
  'index': (number);
  'last': (boolean);
  'frames': (_jidi_v1_Frame)[];
  'parentsPlus1': (number)[];
  'frameIds': (number)[];
  'threads': (_jidi_v1_ProfiledThread)[];
  'samples': (_jidi_v1_SampleColumns | null);
  'weights': (number)[];
}
