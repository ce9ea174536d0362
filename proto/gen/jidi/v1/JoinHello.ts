// Original file: proto/jidi/v1/identity.proto


export interface JoinHelloInput {
  'protocolVersion'?: (number);
  'node'?: (string);
  'publicKey'?: (Buffer | Uint8Array | string);
  'agentVersion'?: (string);
}

export interface JoinHello {
  'protocolVersion': (number);
  'node': (string);
  'publicKey': (Buffer);
  'agentVersion': (string);
}
