// Original file: proto/jidi/v1/common.proto

import type { PositionInput as _jidi_v1_PositionInput, Position as _jidi_v1_Position } from '../../jidi/v1/Position.ts';

export interface AckInput {
  'position'?: (_jidi_v1_PositionInput | null);
  'credit'?: (number);
}

export interface Ack {
  'position': (_jidi_v1_Position | null);
  'credit': (number);
}
