// The two streams as a client needs them: path, requests to bytes, bytes to responses. In: the generated descriptor.
// A node's agent does without a library that reads descriptors: that one costs it more memory than all its own data.

import { decodeMessage } from './decode-message.ts';
import { MessageEncoder } from './encode-message.ts';
import descriptor from './gen/descriptor.json' with { type: 'json' };
import type { JoinRequest, JoinRequestInput } from './gen/jidi/v1/JoinRequest.ts';
import type { JoinResponse } from './gen/jidi/v1/JoinResponse.ts';
import type { RenewRequest, RenewRequestInput } from './gen/jidi/v1/RenewRequest.ts';
import type { RenewResponse } from './gen/jidi/v1/RenewResponse.ts';
import type { StreamControlRequest, StreamControlRequestInput } from './gen/jidi/v1/StreamControlRequest.ts';
import type { StreamControlResponse } from './gen/jidi/v1/StreamControlResponse.ts';
import type {
  StreamTelemetryRequest,
  StreamTelemetryRequestInput,
} from './gen/jidi/v1/StreamTelemetryRequest.ts';
import type { StreamTelemetryResponse } from './gen/jidi/v1/StreamTelemetryResponse.ts';
import { MessageTypes } from './message-types.ts';

export interface ClientStream<Request, Response, KeptRequest> {
  readonly path: string;
  readonly requestSerialize: (request: Request) => Buffer;
  /** What was kept instead of being sent. Throws RangeError. */
  readonly requestDeserialize: (bytes: Buffer) => KeptRequest;
  /** Throws RangeError. */
  readonly responseDeserialize: (bytes: Buffer) => Response;
}

const types = new MessageTypes(descriptor);

export function telemetryClientStream(): ClientStream<
  StreamTelemetryRequestInput,
  StreamTelemetryResponse,
  StreamTelemetryRequest
> {
  return clientStream('/jidi.v1.TelemetryService/StreamTelemetry', 'StreamTelemetry');
}

export function joinClientStream(): ClientStream<JoinRequestInput, JoinResponse, JoinRequest> {
  return clientStream('/jidi.v1.EnrolmentService/Join', 'Join');
}

export function renewClientStream(): ClientStream<RenewRequestInput, RenewResponse, RenewRequest> {
  return clientStream('/jidi.v1.IdentityService/Renew', 'Renew');
}

export function controlClientStream(): ClientStream<
  StreamControlRequestInput,
  StreamControlResponse,
  StreamControlRequest
> {
  return clientStream('/jidi.v1.ControlService/StreamControl', 'StreamControl');
}

function clientStream<Request extends object, Response, KeptRequest>(
  path: string,
  name: string,
): ClientStream<Request, Response, KeptRequest> {
  const request = types.message(`${name}Request`);
  const response = types.message(`${name}Response`);
  const encoder = new MessageEncoder();
  return {
    path,
    requestSerialize: (message) => encoder.encode(message, request),
    // The descriptor and the types are generated from the same files.
    requestDeserialize: (bytes) => decodeMessage(bytes, request) as KeptRequest,
    responseDeserialize: (bytes) => decodeMessage(bytes, response) as Response,
  };
}
