// Original file: proto/jidi/v1/identity.proto


export interface RenewRequestInput {
  'publicKey'?: (Buffer | Uint8Array | string);
  'signature'?: (Buffer | Uint8Array | string);
}

export interface RenewRequest {
  'publicKey': (Buffer);
  'signature': (Buffer);
}
