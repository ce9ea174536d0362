// What a node shows of itself, and by what it knows the collector: key, certificate, authorities. In: PEM. Out: the same,
// checked: one belongs to the other, and the certificate names a node.
// It refuses (StartError) what does not fit together.
import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { StartError } from '../../shared/errors.ts';
import { certifiedNameOf } from '../../shared/identity/certificate-name.ts';
import type { CertifiedName } from '../../shared/identity/node-uri.ts';
import type { IssuedCertificate } from '../../shared/wire/enrolment.ts';

/** PEM. */
export interface CredentialFiles {
  readonly key: string;
  /** The node's, then those between it and its authority. */
  readonly certificate: string;
  readonly authorities: string;
}

export interface NodeCredentials extends CredentialFiles {
  readonly name: CertifiedName;
  /** Ms since the Unix epoch. */
  readonly fromMs: number;
  readonly expiresMs: number;
}

export const joinAnew = 'Join again: jidi-agent join';

/** `where` they come from, for the one who is told what is wrong. Throws StartError. */
export function readCredentials(files: CredentialFiles, where: string): NodeCredentials {
  const wrong = (what: string, cause?: unknown): StartError =>
    new StartError(`${where}: ${what}`, joinAnew, { cause });
  try {
    const certificate = new X509Certificate(files.certificate);
    if (!certificate.checkPrivateKey(createPrivateKey(files.key)))
      throw wrong('the key is not that of the certificate');
    const name = certifiedNameOf(certificate.raw);
    if (name === undefined) throw wrong('the certificate names no node');
    if (!files.authorities.includes('-----BEGIN CERTIFICATE-----')) throw wrong('there is no authority');
    return {
      ...files,
      name,
      fromMs: certificate.validFromDate.getTime(),
      expiresMs: certificate.validToDate.getTime(),
    };
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw wrong('it cannot be read', error);
  }
}

/** For the key that asked for it. Throws an Error: the collector has sent what cannot be. */
export function credentialsOf(
  issued: IssuedCertificate,
  key: KeyObject,
  wanted: Pick<CertifiedName, 'cluster' | 'node'>,
): NodeCredentials {
  const certificate = new X509Certificate(issued.certificate);
  const asked = createPublicKey(key).export({ format: 'der', type: 'spki' });
  if (!certificate.publicKey.export({ format: 'der', type: 'spki' }).equals(asked)) {
    throw new Error('the certificate is for another key');
  }
  const name = certifiedNameOf(certificate.raw);
  if (name?.node !== wanted.node || name.cluster !== wanted.cluster) {
    throw new Error(`the certificate is not for ${wanted.node} of the cluster ${wanted.cluster}`);
  }
  const authorities = issued.authorities.map((one) => new X509Certificate(one));
  if (!authorities.every(({ ca }) => ca)) throw new Error('one of the authorities is none');
  return {
    key: key.export({ format: 'pem', type: 'pkcs8' }).toString(),
    certificate: pemOf([certificate, ...issued.intermediates.map((one) => new X509Certificate(one))]),
    authorities: pemOf(authorities),
    name,
    fromMs: certificate.validFromDate.getTime(),
    expiresMs: certificate.validToDate.getTime(),
  };
}

function pemOf(certificates: readonly X509Certificate[]): string {
  return certificates.map((one) => `${one.toString().trim()}\n`).join('');
}
