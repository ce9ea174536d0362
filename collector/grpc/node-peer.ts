// Who is at the other end of a connection. In: the certificate that the handshake has checked: signature, chain and time. Out:
// the node that it names, and until when; or why it names none.
import type { X509Certificate } from 'node:crypto';
import { status } from '../../shared/grpc-status.ts';
import { certifiedNameOf } from '../../shared/identity/certificate-name.ts';
import type { CertifiedName } from '../../shared/identity/node-uri.ts';
import { StreamRefusal } from './stream-refusal.ts';

export interface NodePeer {
  readonly certificate: X509Certificate;
  readonly name: CertifiedName;
  readonly expiresMs: number;
}

/** 1.3.6.1.5.5.7.3.2, id-kp-clientAuth. */
const clientAuth = '1.3.6.1.5.5.7.3.2';

/** Throws StreamRefusal. */
export function readNodePeer(certificate: X509Certificate | undefined): NodePeer {
  if (certificate === undefined) throw refusal('no-certificate', 'the connection has no certificate');
  // Node calls the extended use so. A certificate without it is for everything, one of ours is not.
  if (!(certificate.keyUsage ?? []).includes(clientAuth)) {
    throw refusal('no-client-use', 'the certificate is not for clients; join again: jidi-agent join');
  }
  const name = certifiedNameOf(certificate.raw);
  if (name === undefined) {
    throw refusal('no-name', 'the certificate names no node, or several; join again: jidi-agent join');
  }
  return { certificate, name, expiresMs: certificate.validToDate.getTime() };
}

function refusal(code: string, message: string): StreamRefusal {
  return new StreamRefusal(status.UNAUTHENTICATED, code, message);
}
