// Original file: proto/jidi/v1/identity.proto

import type { CertificateInput as _jidi_v1_CertificateInput, Certificate as _jidi_v1_Certificate } from '../../jidi/v1/Certificate.ts';

export interface RenewResponseInput {
  'certificate'?: (_jidi_v1_CertificateInput | null);
}

export interface RenewResponse {
  'certificate': (_jidi_v1_Certificate | null);
}
