// The bytes of batches as the spool keeps them: messages of the protocol, as they travel on the streams. In: batches.
// Out: bytes, and batches again. What no message can hold, or nobody understands, is undefined.
import { controlClientStream, telemetryClientStream } from '../../proto/client-streams.ts';
import type { Payload, SentBatch } from '../../shared/model/batch.ts';
import type { DataClass } from '../../shared/model/delivery.ts';
import { wireBounds } from '../../shared/wire/bounds.ts';
import { decodeControlRequest, encodeReport } from '../../shared/wire/control-stream.ts';
import { TelemetryDecoder, TelemetryEncoder } from '../../shared/wire/telemetry-stream.ts';
import { WireError } from '../../shared/wire/wire-error.ts';
import type { BatchCodec } from '../spool/batch-codec.ts';

const telemetry = telemetryClientStream();
const control = controlClientStream();

export const spoolCodec: BatchCodec = {
  standsAlone: (dataClass) => dataClass !== 'metric' && dataClass !== 'process',
  encoder(dataClass) {
    const encode = encoderOf(dataClass);
    return { encode: (batch) => refused(() => bounded(encode(batch))) };
  },
  decoder(dataClass) {
    const decode = decoderOf(dataClass);
    return {
      decode: (bytes) => refused(() => decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))),
    };
  },
};

function isControl(dataClass: DataClass): boolean {
  return dataClass === 'result' || dataClass === 'profile';
}

function encoderOf(dataClass: DataClass): (batch: SentBatch) => Buffer {
  if (isControl(dataClass)) return (batch) => control.requestSerialize(encodeReport(batch));
  const encoder = new TelemetryEncoder();
  return (batch) => telemetry.requestSerialize(encoder.batch(batch));
}

function decoderOf(dataClass: DataClass): (bytes: Buffer) => Payload | undefined {
  if (isControl(dataClass)) {
    return (bytes) => {
      const request = decodeControlRequest(control.requestDeserialize(bytes));
      return request.kind === 'report' ? request.decodePayload() : undefined;
    };
  }
  const decoder = new TelemetryDecoder();
  return (bytes) => {
    const request = decoder.request(telemetry.requestDeserialize(bytes));
    return request.kind === 'batch' ? request.decodePayload() : undefined;
  };
}

function bounded(bytes: Buffer): Buffer | undefined {
  return bytes.length > wireBounds.messageBytes ? undefined : bytes;
}

function refused<T>(act: () => T | undefined): T | undefined {
  try {
    return act();
  } catch (error) {
    // A message that is none: RangeError of the codec, WireError of the model.
    if (error instanceof WireError || error instanceof RangeError) return undefined;
    throw error;
  }
}
