// Original file: proto/jidi/v1/identity.proto

import type { JoinChallengeInput as _jidi_v1_JoinChallengeInput, JoinChallenge as _jidi_v1_JoinChallenge } from '../../jidi/v1/JoinChallenge.ts';
import type { CertificateInput as _jidi_v1_CertificateInput, Certificate as _jidi_v1_Certificate } from '../../jidi/v1/Certificate.ts';
import type { JoinPendingInput as _jidi_v1_JoinPendingInput, JoinPending as _jidi_v1_JoinPending } from '../../jidi/v1/JoinPending.ts';

export interface JoinResponseInput {
  'challenge'?: (_jidi_v1_JoinChallengeInput | null);
  'certificate'?: (_jidi_v1_CertificateInput | null);
  'pending'?: (_jidi_v1_JoinPendingInput | null);
  'message'?: "challenge"|"certificate"|"pending";
}

export interface JoinResponse {
  'challenge'?: (_jidi_v1_JoinChallenge | null);
  'certificate'?: (_jidi_v1_Certificate | null);
  'pending'?: (_jidi_v1_JoinPending | null);
  'message'?: "challenge"|"certificate"|"pending";
}
