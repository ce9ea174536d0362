// Original file: proto/jidi/v1/identity.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { JoinRequestInput as _jidi_v1_JoinRequestInput, JoinRequest as _jidi_v1_JoinRequest } from '../../jidi/v1/JoinRequest.ts';
import type { JoinResponseInput as _jidi_v1_JoinResponseInput, JoinResponse as _jidi_v1_JoinResponse } from '../../jidi/v1/JoinResponse.ts';

export interface EnrolmentServiceClient extends grpc.Client {
  Join(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_jidi_v1_JoinRequestInput, _jidi_v1_JoinResponse>;
  Join(options?: grpc.CallOptions): grpc.ClientDuplexStream<_jidi_v1_JoinRequestInput, _jidi_v1_JoinResponse>;
  join(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_jidi_v1_JoinRequestInput, _jidi_v1_JoinResponse>;
  join(options?: grpc.CallOptions): grpc.ClientDuplexStream<_jidi_v1_JoinRequestInput, _jidi_v1_JoinResponse>;
  
}

export interface EnrolmentServiceHandlers extends grpc.UntypedServiceImplementation {
  Join: grpc.handleBidiStreamingCall<_jidi_v1_JoinRequest, _jidi_v1_JoinResponseInput>;
  
}

export interface EnrolmentServiceDefinition extends grpc.ServiceDefinition {
  Join: MethodDefinition<_jidi_v1_JoinRequestInput, _jidi_v1_JoinResponseInput, _jidi_v1_JoinRequest, _jidi_v1_JoinResponse>
}
