// By what an agent knows the collector's authority before it has any certificate: sha256: and the hash, in hexadecimal digits,
// of the authority's SubjectPublicKeyInfo. The form is the one of kubeadm's discovery hash.
import { createHash, type X509Certificate } from 'node:crypto';

export const authorityHashPattern = '^sha256:[0-9a-f]{64}$';

export function authorityHash(authority: X509Certificate): string {
  const key = authority.publicKey.export({ format: 'der', type: 'spki' });
  return `sha256:${createHash('sha256').update(key).digest('hex')}`;
}
