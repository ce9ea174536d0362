// Original file: proto/jidi/v1/identity.proto


export interface JoinProofInput {
  'signature'?: (Buffer | Uint8Array | string);
  'tokenProof'?: (Buffer | Uint8Array | string);
}

export interface JoinProof {
  'signature': (Buffer);
  'tokenProof': (Buffer);
}
