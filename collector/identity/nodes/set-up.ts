// Makes the authority of nodes, changes it, and takes one that a site has. In: the data folder, the name of the cluster. Out: files
// of the identity folder; a running collector sees them within seconds.
//
// Invariant: who believed the authority before believes the one after it, through a certificate by the one before, as long as
// certificates by that one live; its key is gone at once.
import { generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto';
import { StartError } from '../../../shared/errors.ts';
import {
  type AuthorityFiles,
  type AuthorityState,
  parseAuthorityFiles,
  type RetiringAuthority,
  readAuthority,
  writeAuthorityFiles,
} from './authority-state.ts';
import { IdentityFolder } from './identity-folder.ts';
import { backdatedMs, nodeLifeMs } from './node-authority.ts';
import { type NodeSettings, writeSettings } from './node-settings.ts';
import { authoritiesBelow, writeAuthority, writeCrossed } from './x509.ts';

const authorityLifeMs = 10 * 365 * 24 * 3_600_000;
/** Beyond the life of what it has issued last. */
const retiringMarginMs = 3_600_000;

/** False: there is one already, and nothing was changed. Throws StartError. */
export async function setUpAuthority(
  dataDir: string,
  settings: NodeSettings,
  nowMs: number,
): Promise<boolean> {
  const folder = new IdentityFolder(dataDir);
  folder.make();
  if (readAuthority(folder, nowMs) !== undefined) return false;
  writeSettings(folder, settings);
  writeAuthorityFiles(folder, await makeAuthority(settings.cluster, nowMs), []);
  return true;
}

/** Throws StartError. */
export function authorityOf(dataDir: string, nowMs: number): AuthorityState {
  const folder = new IdentityFolder(dataDir);
  const state = readAuthority(folder, nowMs);
  if (state !== undefined) return state;
  throw new StartError(`${folder.path}: no authority for nodes there`, 'Make one: jidi-collector init');
}

export interface ChangeOptions {
  readonly nowMs: number;
  /** Nothing of the authority before is believed any more: every node must join again. */
  readonly distrust: boolean;
}

/** A new key and certificate in the place of those of now. Throws StartError. */
export async function rotateAuthority(
  dataDir: string,
  cluster: string,
  options: ChangeOptions,
): Promise<AuthorityState> {
  return changeAuthority(dataDir, await makeAuthority(cluster, options.nowMs), options);
}

/** A site's own, as PEM. Throws StartError. */
export async function importAuthority(
  dataDir: string,
  files: AuthorityFiles,
  options: ChangeOptions,
): Promise<AuthorityState> {
  const { certificate } = parseAuthorityFiles(files.key, files.chain);
  if (certificate.validToDate.getTime() - options.nowMs > nodeLifeMs)
    return changeAuthority(dataDir, files, options);
  throw new StartError(
    `the certificate is good until ${certificate.validToDate.toISOString()} only`,
    'Give one that is good for longer than the certificates of nodes, 24 hours.',
  );
}

async function changeAuthority(
  dataDir: string,
  files: AuthorityFiles,
  { nowMs, distrust }: ChangeOptions,
): Promise<AuthorityState> {
  const before = authorityOf(dataDir, nowMs);
  const { certificate, key, chain } = parseAuthorityFiles(files.key, files.chain);
  if (certificate.raw.equals(before.issuer.certificate.raw)) {
    throw new StartError('this authority is the one of now', 'There is nothing to do.');
  }
  if (authoritiesBelow(before.issuer.certificate) === 0 && !distrust) throw mayHaveNoneBelow();
  const [retiring] = before.retiring;
  if (retiring !== undefined && !distrust) throw stillChanging(retiring);
  const pem = {
    key: String(key.export({ format: 'pem', type: 'pkcs8' })),
    chain: chain.map(String).join(''),
  };
  const believed = distrust ? [] : [await retire(before, certificate, nowMs)];
  writeAuthorityFiles(new IdentityFolder(dataDir), pem, believed);
  return authorityOf(dataDir, nowMs);
}

async function retire(
  { issuer, chain }: AuthorityState,
  next: X509Certificate,
  nowMs: number,
): Promise<RetiringAuthority> {
  const untilMs = nowMs + nodeLifeMs + retiringMarginMs;
  const toMs = Math.min(issuer.certificate.validToDate.getTime(), untilMs);
  const crossed = await writeCrossed(next, issuer, { fromMs: nowMs - backdatedMs, toMs });
  return { chain, crossed: new X509Certificate(crossed), untilMs };
}

function mayHaveNoneBelow(): StartError {
  return new StartError(
    'the authority of now may have none below it (path length 0), so nodes that know it alone would not find the next one',
    'Give --distrust: then every node must join again.',
  );
}

function stillChanging({ untilMs }: RetiringAuthority): StartError {
  const until = new Date(untilMs).toISOString();
  return new StartError(
    `the authority was changed lately: the one before is believed until ${until}`,
    'Wait until then, or give --distrust: then nothing of before is believed, and every node must join again.',
  );
}

async function makeAuthority(cluster: string, nowMs: number): Promise<AuthorityFiles> {
  const { privateKey: key, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const made = new Date(nowMs).toISOString().slice(0, 10);
  const certificate = await writeAuthority({
    organization: cluster,
    // Certificates find their issuer by its name: two of one day have two.
    commonName: `jidi node authority ${made} ${randomBytes(4).toString('hex')}`,
    publicKey,
    key,
    validity: { fromMs: nowMs - backdatedMs, toMs: nowMs + authorityLifeMs },
  });
  return {
    key: String(key.export({ format: 'pem', type: 'pkcs8' })),
    chain: new X509Certificate(certificate).toString(),
  };
}
