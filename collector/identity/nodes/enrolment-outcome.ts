// What becomes of an attempt to join or to renew.
import type { NodeCertificate } from './node-authority.ts';

export type RefusalCode = 'proof-refused' | 'locked-out' | 'rejected' | 'queue-full' | 'busy' | 'not-let-in';

export type EnrolmentOutcome =
  | { readonly kind: 'certificate'; readonly issued: NodeCertificate }
  | { readonly kind: 'pending'; readonly fingerprint: Buffer; readonly retryAfterMs: number }
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly message: string };

export function busy(): EnrolmentOutcome {
  return refused('busy', 'many nodes join or renew at this moment; try again in some seconds');
}

export function refused(code: RefusalCode, message: string): EnrolmentOutcome {
  return { kind: 'refused', code, message };
}
