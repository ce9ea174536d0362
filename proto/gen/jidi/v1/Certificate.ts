// Original file: proto/jidi/v1/identity.proto


export interface CertificateInput {
  'certificate'?: (Buffer | Uint8Array | string);
  'intermediates'?: (Buffer | Uint8Array | string)[];
  'authorities'?: (Buffer | Uint8Array | string)[];
}

export interface Certificate {
  'certificate': (Buffer);
  'intermediates': (Buffer)[];
  'authorities': (Buffer)[];
}
