// Original file: proto/jidi/v1/telemetry.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { StreamTelemetryRequestInput as _jidi_v1_StreamTelemetryRequestInput, StreamTelemetryRequest as _jidi_v1_StreamTelemetryRequest } from '../../jidi/v1/StreamTelemetryRequest.ts';
import type { StreamTelemetryResponseInput as _jidi_v1_StreamTelemetryResponseInput, StreamTelemetryResponse as _jidi_v1_StreamTelemetryResponse } from '../../jidi/v1/StreamTelemetryResponse.ts';

export interface TelemetryServiceClient extends grpc.Client {
  StreamTelemetry(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_jidi_v1_StreamTelemetryRequestInput, _jidi_v1_StreamTelemetryResponse>;
  StreamTelemetry(options?: grpc.CallOptions): grpc.ClientDuplexStream<_jidi_v1_StreamTelemetryRequestInput, _jidi_v1_StreamTelemetryResponse>;
  streamTelemetry(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_jidi_v1_StreamTelemetryRequestInput, _jidi_v1_StreamTelemetryResponse>;
  streamTelemetry(options?: grpc.CallOptions): grpc.ClientDuplexStream<_jidi_v1_StreamTelemetryRequestInput, _jidi_v1_StreamTelemetryResponse>;
  
}

export interface TelemetryServiceHandlers extends grpc.UntypedServiceImplementation {
  StreamTelemetry: grpc.handleBidiStreamingCall<_jidi_v1_StreamTelemetryRequest, _jidi_v1_StreamTelemetryResponseInput>;
  
}

export interface TelemetryServiceDefinition extends grpc.ServiceDefinition {
  StreamTelemetry: MethodDefinition<_jidi_v1_StreamTelemetryRequestInput, _jidi_v1_StreamTelemetryResponseInput, _jidi_v1_StreamTelemetryRequest, _jidi_v1_StreamTelemetryResponse>
}
