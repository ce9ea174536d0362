// Original file: proto/jidi/v1/profile.proto

import type { ReasonInput as _jidi_v1_ReasonInput, Reason as _jidi_v1_Reason } from '../../jidi/v1/Reason.ts';

export interface SymbolQualityInput {
  'namedE4'?: (number);
  'reason'?: (_jidi_v1_ReasonInput | null);
}

export interface SymbolQuality {
  'namedE4': (number);
  'reason': (_jidi_v1_Reason | null);
}
