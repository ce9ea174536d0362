// Writes X.509 certificates (RFC 5280): of authorities, nodes and the collector. In: names, keys, times. Out: DER.
// The only file that knows the library for it. A node is named by a URI alone, so there is one place where to look for it.
// oxlint-disable-next-line import/no-unassigned-import -- The library looks for what this adds to Reflect.
import 'reflect-metadata';
import { createHash, type KeyObject, randomBytes, type X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  type Name,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
  X509Certificate as X509CertificateReader,
} from '@peculiar/x509';

/** Who signs. */
export interface Issuer {
  readonly certificate: X509Certificate;
  readonly key: KeyObject;
}

export interface Validity {
  readonly fromMs: number;
  readonly toMs: number;
}

type SigningAlgorithm =
  | { readonly name: 'ECDSA'; readonly namedCurve: string; readonly hash: string }
  | { readonly name: 'RSASSA-PKCS1-v1_5'; readonly hash: string };

const serialBytes = 16;
/** One authority may be signed by the one before it, so that both are believed while they change. */
const authorityPathLength = 1;

export interface AuthorityWish {
  readonly organization: string;
  readonly commonName: string;
  readonly publicKey: KeyObject;
  readonly key: KeyObject;
  readonly validity: Validity;
}

/** Signed by itself. */
export function writeAuthority({
  organization,
  commonName,
  publicKey,
  key,
  validity,
}: AuthorityWish): Promise<Buffer> {
  const subject = [{ O: [organization] }, { CN: [commonName] }];
  return write({
    subject,
    issuerName: subject,
    key,
    publicKey,
    validity,
    extensions: authorityUse(authorityPathLength),
  });
}

/** The same authority once more, signed by another one. */
export function writeCrossed(
  authority: X509Certificate,
  issuer: Issuer,
  validity: Validity,
): Promise<Buffer> {
  return write({
    subject: reader(authority).subjectName,
    ...signedBy(issuer),
    publicKey: authority.publicKey,
    // What it has issued names its key so.
    keyId: keyIdOf(authority),
    validity,
    extensions: [...authorityUse(0), issuerKeyOf(issuer)],
  });
}

export interface NodeWish {
  readonly uri: string;
  readonly publicKey: KeyObject;
  readonly validity: Validity;
}

export function writeNode({ uri, publicKey, validity }: NodeWish, issuer: Issuer): Promise<Buffer> {
  const names = new SubjectAlternativeNameExtension([{ type: 'url', value: uri }]);
  const extensions = leafUse(ExtendedKeyUsage.clientAuth, names, issuer);
  return write({ subject: [{ CN: ['jidi node'] }], ...signedBy(issuer), publicKey, validity, extensions });
}

export interface ServerWish {
  /** DNS names and addresses. */
  readonly names: readonly string[];
  readonly publicKey: KeyObject;
  readonly validity: Validity;
}

export function writeServer({ names, publicKey, validity }: ServerWish, issuer: Issuer): Promise<Buffer> {
  const told = new SubjectAlternativeNameExtension(
    names.map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value })),
  );
  const extensions = leafUse(ExtendedKeyUsage.serverAuth, told, issuer);
  return write({
    subject: [{ CN: ['jidi collector'] }],
    ...signedBy(issuer),
    publicKey,
    validity,
    extensions,
  });
}

/** How many authorities may stand between it and what is issued last; undefined: any number. */
export function authoritiesBelow(authority: X509Certificate): number | undefined {
  return reader(authority).getExtension(BasicConstraintsExtension)?.pathLength;
}

/** undefined: it signs with something that is not known here. */
export function signingAlgorithm(key: KeyObject): SigningAlgorithm | undefined {
  const { namedCurve, modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  if (namedCurve === 'prime256v1') return { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  if (namedCurve === 'secp384r1') return { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' };
  if (key.asymmetricKeyType !== 'rsa' || modulusLength < 2048) return undefined;
  return { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
}

interface Writing {
  readonly subject: Name | Record<string, string[]>[];
  readonly issuerName: Name | Record<string, string[]>[];
  readonly key: KeyObject;
  readonly publicKey: KeyObject;
  readonly keyId?: string;
  readonly validity: Validity;
  readonly extensions: readonly Extension[];
}

async function write(writing: Writing): Promise<Buffer> {
  const { subject, issuerName, key, publicKey, validity, extensions } = writing;
  const { keyId = keyIdentifier(publicKey) } = writing;
  const algorithm = signingAlgorithm(key);
  if (algorithm === undefined) throw new TypeError('a key that signs with P-256, P-384 or RSA is needed');
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject,
    issuer: issuerName,
    notBefore: new Date(validity.fromMs),
    notAfter: new Date(validity.toMs),
    publicKey: publicKey.export({ format: 'der', type: 'spki' }),
    signingKey: key.toCryptoKey(algorithm, false, ['sign']),
    signingAlgorithm: algorithm,
    extensions: [...extensions, new SubjectKeyIdentifierExtension(keyId)],
  });
  return Buffer.from(certificate.rawData);
}

/** Random, positive, never shorter than its bytes. */
function serialNumber(): string {
  const bytes = randomBytes(serialBytes);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
}

function signedBy(issuer: Issuer): Pick<Writing, 'issuerName' | 'key'> {
  return { issuerName: reader(issuer.certificate).subjectName, key: issuer.key };
}

function authorityUse(pathLength: number): Extension[] {
  return [
    new BasicConstraintsExtension(true, pathLength, true),
    new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
  ];
}

const ofLeaves = [
  new BasicConstraintsExtension(false, undefined, true),
  new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
];

function leafUse(use: ExtendedKeyUsage, names: Extension, issuer: Issuer): Extension[] {
  return [...ofLeaves, new ExtendedKeyUsageExtension([use], false), names, issuerKeyOf(issuer)];
}

/** As the issuer's own certificate calls its key. */
function issuerKeyOf({ certificate }: Issuer): Extension {
  return new AuthorityKeyIdentifierExtension(keyIdOf(certificate));
}

function keyIdOf(certificate: X509Certificate): string {
  const told = reader(certificate).getExtension(SubjectKeyIdentifierExtension)?.keyId;
  return told ?? keyIdentifier(certificate.publicKey);
}

/** 160 bits of a SHA-256, as RFC 7093 has it. */
function keyIdentifier(key: KeyObject): string {
  const der = key.export({ format: 'der', type: 'spki' });
  return createHash('sha256').update(der).digest('hex').slice(0, 40);
}

/** Reading one costs more than a signature, and the issuer is the same for all. */
const readers = new WeakMap<X509Certificate, X509CertificateReader>();

function reader(certificate: X509Certificate): X509CertificateReader {
  const known = readers.get(certificate) ?? new X509CertificateReader(certificate.raw);
  readers.set(certificate, known);
  return known;
}
