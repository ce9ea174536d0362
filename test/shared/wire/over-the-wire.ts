// Messages as they arrive: through the bytes of the real protocol, not just from object to object.

import { expect } from 'vitest';
import type {
  StreamControlRequest,
  StreamControlRequestInput,
} from '../../../proto/gen/jidi/v1/StreamControlRequest.ts';
import type {
  StreamTelemetryRequest,
  StreamTelemetryRequestInput,
} from '../../../proto/gen/jidi/v1/StreamTelemetryRequest.ts';
import { ControlService, TelemetryService } from '../../../proto/load.ts';
import type { Batch, Payload } from '../../../shared/model/batch.ts';
import { decodeControlRequest, encodeReport } from '../../../shared/wire/control-stream.ts';
import {
  TelemetryDecoder,
  TelemetryEncoder,
  type TelemetryRequest,
} from '../../../shared/wire/telemetry-stream.ts';
import { plainPayload } from '../plain-payload.ts';

const telemetry = TelemetryService.service.StreamTelemetry;
const control = ControlService.service.StreamControl;

export function telemetryBytes(request: StreamTelemetryRequestInput): Buffer {
  return telemetry.requestSerialize(request);
}

export function telemetryRequest(bytes: Buffer): StreamTelemetryRequest {
  return telemetry.requestDeserialize(bytes);
}

function controlRequest(request: StreamControlRequestInput): StreamControlRequest {
  return control.requestDeserialize(control.requestSerialize(request));
}

/** The payload after a journey over a new telemetry stream. */
export function sent(payload: Payload): Payload {
  return stream()({ sequence: 1, payload });
}

/**
 * One telemetry stream: its encoder and its decoders keep their dictionaries from batch to batch. What is read from the bytes
 * must be what is read from the message.
 */
export function stream(): (batch: Batch) => Payload {
  const encoder = new TelemetryEncoder();
  const [ofMessages, ofBytes] = [new TelemetryDecoder(), new TelemetryDecoder()];
  return (batch) => {
    const bytes = telemetryBytes(encoder.batch({ ...batch, bootedMs: null }));
    const payload = payloadOf(ofMessages.request(telemetryRequest(bytes)));
    expect(payloadOf(ofBytes.read(bytes))).toEqual(payload);
    return payload;
  };
}

function payloadOf(request: TelemetryRequest): Payload {
  if (request.kind !== 'batch') throw new Error(`arrived as ${request.kind}`);
  return plainPayload(request.decodePayload());
}

/** The payload after a journey over the control stream. */
export function reported(payload: Payload): Payload {
  const request = decodeControlRequest(controlRequest(encodeReport({ sequence: 1, payload })));
  if (request.kind !== 'report') throw new Error(`arrived as ${request.kind}`);
  return request.decodePayload();
}
