// The streams as the collector needs them: a request stays in its bytes until its turn has come, and is then read
// without a library that goes through descriptors. In: the generated descriptor. Out: service definitions, readers.
import { decodeMessage } from './decode-message.ts';
import { MessageEncoder } from './encode-message.ts';
import descriptor from './gen/descriptor.json' with { type: 'json' };
import type { JoinRequest } from './gen/jidi/v1/JoinRequest.ts';
import type { JoinResponseInput } from './gen/jidi/v1/JoinResponse.ts';
import type { ProcessDefinition } from './gen/jidi/v1/ProcessDefinition.ts';
import type { RenewRequest } from './gen/jidi/v1/RenewRequest.ts';
import type { RenewResponseInput } from './gen/jidi/v1/RenewResponse.ts';
import type { SeriesDefinition } from './gen/jidi/v1/SeriesDefinition.ts';
import type { StreamControlRequest } from './gen/jidi/v1/StreamControlRequest.ts';
import type { StreamControlResponseInput } from './gen/jidi/v1/StreamControlResponse.ts';
import type { StreamTelemetryRequest } from './gen/jidi/v1/StreamTelemetryRequest.ts';
import type { StreamTelemetryResponseInput } from './gen/jidi/v1/StreamTelemetryResponse.ts';
import { MessageTypes } from './message-types.ts';

/** As grpc-js wants it. */
export interface ServerStream<Response> {
  readonly path: string;
  readonly requestStream: true;
  readonly responseStream: true;
  readonly requestSerialize: (bytes: Buffer) => Buffer;
  readonly requestDeserialize: (bytes: Buffer) => Buffer;
  readonly responseSerialize: (response: Response) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => Response;
}

const types = new MessageTypes(descriptor);
const telemetryRequest = types.message('StreamTelemetryRequest');
const controlRequest = types.message('StreamControlRequest');
const seriesDefinition = types.message('SeriesDefinition');
const processDefinition = types.message('ProcessDefinition');
const joinRequest = types.message('JoinRequest');
const renewRequest = types.message('RenewRequest');

export function telemetryServerStream(): ServerStream<StreamTelemetryResponseInput> {
  return serverStream('/jidi.v1.TelemetryService/StreamTelemetry', 'StreamTelemetryResponse');
}

export function controlServerStream(): ServerStream<StreamControlResponseInput> {
  return serverStream('/jidi.v1.ControlService/StreamControl', 'StreamControlResponse');
}

export function joinServerStream(): ServerStream<JoinResponseInput> {
  return serverStream('/jidi.v1.EnrolmentService/Join', 'JoinResponse');
}

export function renewServerStream(): ServerStream<RenewResponseInput> {
  return serverStream('/jidi.v1.IdentityService/Renew', 'RenewResponse');
}

// The descriptor and the types are generated from the same files.

/** Throws RangeError. */
export function readTelemetryRequest(bytes: Uint8Array): StreamTelemetryRequest {
  return decodeMessage(bytes, telemetryRequest);
}

/** Throws RangeError. */
export function readControlRequest(bytes: Uint8Array): StreamControlRequest {
  return decodeMessage(bytes, controlRequest);
}

/** Throws RangeError. */
export function readJoinRequest(bytes: Uint8Array): JoinRequest {
  return decodeMessage(bytes, joinRequest);
}

/** Throws RangeError. */
export function readRenewRequest(bytes: Uint8Array): RenewRequest {
  return decodeMessage(bytes, renewRequest) as RenewRequest;
}

/** Throws RangeError. */
export function readSeriesDefinition(bytes: Uint8Array): SeriesDefinition {
  return decodeMessage(bytes, seriesDefinition) as SeriesDefinition;
}

/** Throws RangeError. */
export function readProcessDefinition(bytes: Uint8Array): ProcessDefinition {
  return decodeMessage(bytes, processDefinition) as ProcessDefinition;
}

function serverStream<Response extends object>(path: string, response: string): ServerStream<Response> {
  const type = types.message(response);
  const encoder = new MessageEncoder();
  return {
    path,
    requestStream: true,
    responseStream: true,
    requestSerialize: (bytes) => bytes,
    requestDeserialize: (bytes) => bytes,
    responseSerialize: (message) => encoder.encode(message, type),
    responseDeserialize: (bytes) => decodeMessage(bytes, type) as Response,
  };
}
