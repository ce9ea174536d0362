// Original file: proto/jidi/v1/control.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { StreamControlRequestInput as _jidi_v1_StreamControlRequestInput, StreamControlRequest as _jidi_v1_StreamControlRequest } from '../../jidi/v1/StreamControlRequest.ts';
import type { StreamControlResponseInput as _jidi_v1_StreamControlResponseInput, StreamControlResponse as _jidi_v1_StreamControlResponse } from '../../jidi/v1/StreamControlResponse.ts';

export interface ControlServiceClient extends grpc.Client {
  StreamControl(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_jidi_v1_StreamControlRequestInput, _jidi_v1_StreamControlResponse>;
  StreamControl(options?: grpc.CallOptions): grpc.ClientDuplexStream<_jidi_v1_StreamControlRequestInput, _jidi_v1_StreamControlResponse>;
  streamControl(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_jidi_v1_StreamControlRequestInput, _jidi_v1_StreamControlResponse>;
  streamControl(options?: grpc.CallOptions): grpc.ClientDuplexStream<_jidi_v1_StreamControlRequestInput, _jidi_v1_StreamControlResponse>;
  
}

export interface ControlServiceHandlers extends grpc.UntypedServiceImplementation {
  StreamControl: grpc.handleBidiStreamingCall<_jidi_v1_StreamControlRequest, _jidi_v1_StreamControlResponseInput>;
  
}

export interface ControlServiceDefinition extends grpc.ServiceDefinition {
  StreamControl: MethodDefinition<_jidi_v1_StreamControlRequestInput, _jidi_v1_StreamControlResponseInput, _jidi_v1_StreamControlRequest, _jidi_v1_StreamControlResponse>
}
