// Original file: proto/jidi/v1/identity.proto


export interface JoinChallengeInput {
  'nonce'?: (Buffer | Uint8Array | string);
  'cluster'?: (string);
}

export interface JoinChallenge {
  'nonce': (Buffer);
  'cluster': (string);
}
