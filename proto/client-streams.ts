// The two streams as a client needs them: path, requests to bytes, bytes to responses. In: the generated descriptor.
// A node's agent does without a library that reads descriptors: that one costs it more memory than all its own data.

import { decodeMessage } from './decode-message.ts';
import { MessageEncoder } from './encode-message.ts';
import descriptor from './gen/descriptor.json' with { type: 'json' };
import type { StreamControlRequestInput } from './gen/jidi/v1/StreamControlRequest.ts';
import type { StreamControlResponse } from './gen/jidi/v1/StreamControlResponse.ts';
import type { StreamTelemetryRequestInput } from './gen/jidi/v1/StreamTelemetryRequest.ts';
import type { StreamTelemetryResponse } from './gen/jidi/v1/StreamTelemetryResponse.ts';
import { MessageTypes } from './message-types.ts';

export interface ClientStream<Request, Response> {
  readonly path: string;
  readonly requestSerialize: (request: Request) => Buffer;
  /** Throws RangeError. */
  readonly responseDeserialize: (bytes: Buffer) => Response;
}

const types = new MessageTypes(descriptor);

export function telemetryClientStream(): ClientStream<StreamTelemetryRequestInput, StreamTelemetryResponse> {
  return clientStream('/jidi.v1.TelemetryService/StreamTelemetry', 'StreamTelemetry');
}

export function controlClientStream(): ClientStream<StreamControlRequestInput, StreamControlResponse> {
  return clientStream('/jidi.v1.ControlService/StreamControl', 'StreamControl');
}

function clientStream<Request extends object, Response>(
  path: string,
  name: string,
): ClientStream<Request, Response> {
  const request = types.message(`${name}Request`);
  const response = types.message(`${name}Response`);
  const encoder = new MessageEncoder();
  return {
    path,
    requestSerialize: (message) => encoder.encode(message, request),
    // The descriptor and the types are generated from the same files.
    responseDeserialize: (bytes) => decodeMessage(bytes, response) as Response,
  };
}
