// Original file: proto/jidi/v1/identity.proto

import type { JoinHelloInput as _jidi_v1_JoinHelloInput, JoinHello as _jidi_v1_JoinHello } from '../../jidi/v1/JoinHello.ts';
import type { JoinProofInput as _jidi_v1_JoinProofInput, JoinProof as _jidi_v1_JoinProof } from '../../jidi/v1/JoinProof.ts';

export interface JoinRequestInput {
  'hello'?: (_jidi_v1_JoinHelloInput | null);
  'proof'?: (_jidi_v1_JoinProofInput | null);
  'message'?: "hello"|"proof";
}

export interface JoinRequest {
  'hello'?: (_jidi_v1_JoinHello | null);
  'proof'?: (_jidi_v1_JoinProof | null);
  'message'?: "hello"|"proof";
}
