// Original file: proto/jidi/v1/identity.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { RenewRequestInput as _jidi_v1_RenewRequestInput, RenewRequest as _jidi_v1_RenewRequest } from '../../jidi/v1/RenewRequest.ts';
import type { RenewResponseInput as _jidi_v1_RenewResponseInput, RenewResponse as _jidi_v1_RenewResponse } from '../../jidi/v1/RenewResponse.ts';

export interface IdentityServiceClient extends grpc.Client {
  Renew(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_jidi_v1_RenewRequestInput, _jidi_v1_RenewResponse>;
  Renew(options?: grpc.CallOptions): grpc.ClientDuplexStream<_jidi_v1_RenewRequestInput, _jidi_v1_RenewResponse>;
  renew(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_jidi_v1_RenewRequestInput, _jidi_v1_RenewResponse>;
  renew(options?: grpc.CallOptions): grpc.ClientDuplexStream<_jidi_v1_RenewRequestInput, _jidi_v1_RenewResponse>;
  
}

export interface IdentityServiceHandlers extends grpc.UntypedServiceImplementation {
  Renew: grpc.handleBidiStreamingCall<_jidi_v1_RenewRequest, _jidi_v1_RenewResponseInput>;
  
}

export interface IdentityServiceDefinition extends grpc.ServiceDefinition {
  Renew: MethodDefinition<_jidi_v1_RenewRequestInput, _jidi_v1_RenewResponseInput, _jidi_v1_RenewRequest, _jidi_v1_RenewResponse>
}
