// The authority that the collector keeps for people's browsers, where nobody gave it a certificate. It is another one than that of
// nodes: who takes its word in a browser has not taken the word of whoever signs nodes. In: a folder, names. Out: the certificate
// that the collector shows, renewed when it nears its end or the names change.
import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { Clock } from '../../../shared/clock.ts';
import { IdentityFolder } from '../nodes/identity-folder.ts';
import { type Issuer, writeAuthority, writeServer } from '../nodes/x509.ts';

/** PEM; the certificate with that of the authority after it. */
export interface WebCredentials {
  readonly key: string;
  readonly certificate: string;
}

export interface WebAuthorityOptions {
  readonly dataDir: string;
  readonly names: readonly string[];
  readonly clock: Clock;
}

/** What a browser or the command line is told to believe. */
export const webAuthorityFile = 'web-authority.pem';
const dayMs = 86_400_000;
const authorityMs = 3650 * dayMs;
/** Less than what browsers take from anybody. */
const serverMs = 90 * dayMs;
const renewedBeforeMs = 30 * dayMs;
/** Clocks of others may be behind. */
const backMs = 3_600_000;
const loopback = ['localhost', '127.0.0.1', '::1'];

/** The present one, or a new one. Throws StartError for files that cannot be used. */
export async function openWebAuthority({
  dataDir,
  names,
  clock,
}: WebAuthorityOptions): Promise<WebCredentials> {
  const folder = new IdentityFolder(dataDir);
  folder.make();
  const authority = await authorityOf(folder, clock);
  const wanted = [...new Set([...loopback, ...names.filter(isShowable)])];
  const key = folder.read('web.key');
  const certificate = folder.read('web.pem');
  if (key !== undefined && certificate !== undefined && isFresh(certificate, { authority, wanted, clock })) {
    return { key, certificate };
  }
  return issue(folder, authority, { wanted, clock });
}

async function authorityOf(folder: IdentityFolder, clock: Clock): Promise<Issuer> {
  const keptKey = folder.read('web-authority.key');
  const kept = folder.read(webAuthorityFile);
  if (keptKey !== undefined && kept !== undefined) {
    return { key: createPrivateKey(keptKey), certificate: new X509Certificate(kept) };
  }
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const der = await writeAuthority({
    organization: 'jidi',
    commonName: 'jidi people authority',
    publicKey,
    key: privateKey,
    validity: { fromMs: clock.now() - backMs, toMs: clock.now() + authorityMs },
  });
  folder.write('web-authority.key', String(privateKey.export({ format: 'pem', type: 'pkcs8' })));
  const certificate = new X509Certificate(der);
  folder.write(webAuthorityFile, certificate.toString());
  return { key: privateKey, certificate };
}

interface Wanted {
  readonly wanted: readonly string[];
  readonly clock: Clock;
}

async function issue(
  folder: IdentityFolder,
  authority: Issuer,
  { wanted, clock }: Wanted,
): Promise<WebCredentials> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const validity = { fromMs: clock.now() - backMs, toMs: clock.now() + serverMs };
  const der = await writeServer({ names: wanted, publicKey, validity }, authority);
  const key = String(privateKey.export({ format: 'pem', type: 'pkcs8' }));
  const certificate = new X509Certificate(der).toString() + authority.certificate.toString();
  folder.write('web.key', key);
  folder.write('web.pem', certificate);
  return { key, certificate };
}

function isFresh(
  pem: string,
  { authority, wanted, clock }: Wanted & { readonly authority: Issuer },
): boolean {
  const certificate = new X509Certificate(pem);
  const knows = (name: string): boolean =>
    (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) !== undefined;
  return (
    certificate.verify(authority.certificate.publicKey) &&
    certificate.validToDate.getTime() - clock.now() > renewedBeforeMs &&
    wanted.every(knows)
  );
}

/** An address to listen on everywhere is not one to be called by. */
function isShowable(name: string): boolean {
  return name !== '0.0.0.0' && name !== '::';
}
