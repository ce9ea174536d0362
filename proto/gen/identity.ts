import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { CertificateInput as _jidi_v1_CertificateInput, Certificate as _jidi_v1_Certificate } from './jidi/v1/Certificate.ts';
import type { EnrolmentServiceClient as _jidi_v1_EnrolmentServiceClient, EnrolmentServiceDefinition as _jidi_v1_EnrolmentServiceDefinition } from './jidi/v1/EnrolmentService.ts';
import type { IdentityServiceClient as _jidi_v1_IdentityServiceClient, IdentityServiceDefinition as _jidi_v1_IdentityServiceDefinition } from './jidi/v1/IdentityService.ts';
import type { JoinChallengeInput as _jidi_v1_JoinChallengeInput, JoinChallenge as _jidi_v1_JoinChallenge } from './jidi/v1/JoinChallenge.ts';
import type { JoinHelloInput as _jidi_v1_JoinHelloInput, JoinHello as _jidi_v1_JoinHello } from './jidi/v1/JoinHello.ts';
import type { JoinPendingInput as _jidi_v1_JoinPendingInput, JoinPending as _jidi_v1_JoinPending } from './jidi/v1/JoinPending.ts';
import type { JoinProofInput as _jidi_v1_JoinProofInput, JoinProof as _jidi_v1_JoinProof } from './jidi/v1/JoinProof.ts';
import type { JoinRequestInput as _jidi_v1_JoinRequestInput, JoinRequest as _jidi_v1_JoinRequest } from './jidi/v1/JoinRequest.ts';
import type { JoinResponseInput as _jidi_v1_JoinResponseInput, JoinResponse as _jidi_v1_JoinResponse } from './jidi/v1/JoinResponse.ts';
import type { RenewRequestInput as _jidi_v1_RenewRequestInput, RenewRequest as _jidi_v1_RenewRequest } from './jidi/v1/RenewRequest.ts';
import type { RenewResponseInput as _jidi_v1_RenewResponseInput, RenewResponse as _jidi_v1_RenewResponse } from './jidi/v1/RenewResponse.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  jidi: {
    v1: {
      Certificate: MessageTypeDefinition<_jidi_v1_CertificateInput, _jidi_v1_Certificate>
      EnrolmentService: SubtypeConstructor<typeof grpc.Client, _jidi_v1_EnrolmentServiceClient> & { service: _jidi_v1_EnrolmentServiceDefinition }
      IdentityService: SubtypeConstructor<typeof grpc.Client, _jidi_v1_IdentityServiceClient> & { service: _jidi_v1_IdentityServiceDefinition }
      JoinChallenge: MessageTypeDefinition<_jidi_v1_JoinChallengeInput, _jidi_v1_JoinChallenge>
      JoinHello: MessageTypeDefinition<_jidi_v1_JoinHelloInput, _jidi_v1_JoinHello>
      JoinPending: MessageTypeDefinition<_jidi_v1_JoinPendingInput, _jidi_v1_JoinPending>
      JoinProof: MessageTypeDefinition<_jidi_v1_JoinProofInput, _jidi_v1_JoinProof>
      JoinRequest: MessageTypeDefinition<_jidi_v1_JoinRequestInput, _jidi_v1_JoinRequest>
      JoinResponse: MessageTypeDefinition<_jidi_v1_JoinResponseInput, _jidi_v1_JoinResponse>
      RenewRequest: MessageTypeDefinition<_jidi_v1_RenewRequestInput, _jidi_v1_RenewRequest>
      RenewResponse: MessageTypeDefinition<_jidi_v1_RenewResponseInput, _jidi_v1_RenewResponse>
    }
  }
}

