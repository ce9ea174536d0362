// Original file: proto/jidi/v1/identity.proto


export interface JoinPendingInput {
  'fingerprint'?: (Buffer | Uint8Array | string);
  'retryAfterMs'?: (number);
}

export interface JoinPending {
  'fingerprint': (Buffer);
  'retryAfterMs': (number);
}
