// Original file: proto/jidi/v1/profile.proto

import type { ProfileStatusInput as _jidi_v1_ProfileStatusInput, ProfileStatus as _jidi_v1_ProfileStatus } from '../../jidi/v1/ProfileStatus.ts';
import type { ReasonInput as _jidi_v1_ReasonInput, Reason as _jidi_v1_Reason } from '../../jidi/v1/Reason.ts';
import type { ProfiledProcessInput as _jidi_v1_ProfiledProcessInput, ProfiledProcess as _jidi_v1_ProfiledProcess } from '../../jidi/v1/ProfiledProcess.ts';
import type { StackChunkInput as _jidi_v1_StackChunkInput, StackChunk as _jidi_v1_StackChunk } from '../../jidi/v1/StackChunk.ts';
import type { SymbolQualityInput as _jidi_v1_SymbolQualityInput, SymbolQuality as _jidi_v1_SymbolQuality } from '../../jidi/v1/SymbolQuality.ts';
import type { Long } from '@grpc/proto-loader';

export interface ProfileReportInput {
  'profileId'?: (string);
  'status'?: (_jidi_v1_ProfileStatusInput);
  'reason'?: (_jidi_v1_ReasonInput | null);
  'progressE4'?: (number);
  'startedTimeMs'?: (number | string | Long);
  'endedTimeMs'?: (number | string | Long);
  'samples'?: (number | string | Long);
  'lost'?: (number | string | Long);
  'process'?: (_jidi_v1_ProfiledProcessInput | null);
  'stacks'?: (_jidi_v1_StackChunkInput | null);
  'event'?: (string);
  'unit'?: (string);
  'usedCallGraph'?: (string);
  'symbols'?: (_jidi_v1_SymbolQualityInput | null);
}

export interface ProfileReport {
  'profileId': (string);
  'status': (_jidi_v1_ProfileStatus);
  'reason': (_jidi_v1_Reason | null);
  'progressE4': (number);
  'startedTimeMs': (number);
  'endedTimeMs': (number);
  'samples': (number);
  'lost': (number);
  'process': (_jidi_v1_ProfiledProcess | null);
  'stacks': (_jidi_v1_StackChunk | null);
  'event': (string);
  'unit': (string);
  'usedCallGraph': (string);
  'symbols': (_jidi_v1_SymbolQuality | null);
}
