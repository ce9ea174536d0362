// Who certifies nodes, as it lies in the identity folder. In: the folder, the time. Out: the issuing certificate with its key,
// those above it, and those before it that are believed for a while.
// It refuses (StartError) files that are damaged and keys that do not fit.
//
// Invariant: a change of authority happens with one rename (`node-authority.next.pem` → `node-authority.pem`); whoever finds
// a change half done finishes it.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { errorMessage, StartError } from '../../../shared/errors.ts';
import type { IdentityFolder } from './identity-folder.ts';
import { type Issuer, signingAlgorithm } from './x509.ts';

const keyFile = 'node-authority.key';
const chainFile = 'node-authority.pem';
const nextKeyFile = 'node-authority.next.key';
const nextChainFile = 'node-authority.next.pem';
const retiringFile = 'retiring-authorities.json';

/** One that issues no more, while certificates of it live. */
export interface RetiringAuthority {
  /** The issuing certificate, then those above it. */
  readonly chain: readonly X509Certificate[];
  /** The authority of now, signed by this one: agents that know only this one believe the other through it. */
  readonly crossed: X509Certificate;
  readonly untilMs: number;
}

export interface AuthorityState {
  readonly issuer: Issuer;
  /** The issuing certificate, then those above it. */
  readonly chain: readonly X509Certificate[];
  readonly retiring: readonly RetiringAuthority[];
}

/** undefined: nobody has made one. */
export function readAuthority(folder: IdentityFolder, nowMs: number): AuthorityState | undefined {
  finishChange(folder);
  const [keyText, chainText] = [folder.read(keyFile), folder.read(chainFile)];
  if (keyText === undefined && chainText === undefined) return undefined;
  if (keyText === undefined || chainText === undefined) {
    const missing = keyText === undefined ? keyFile : chainFile;
    throw damaged(folder, missing, 'missing', 'the other half of the authority is there');
  }
  try {
    const { chain, ...issuer } = parseAuthorityFiles(keyText, chainText);
    return { issuer, chain, retiring: readRetiring(folder, nowMs) };
  } catch (error) {
    throw damaged(folder, chainFile, errorMessage(error));
  }
}

export interface AuthorityFiles {
  /** PEM. */
  readonly key: string;
  /** PEM, one after another. */
  readonly chain: string;
}

/** Puts another in the place of the one there was, if any. Keys before that are gone then. */
export function writeAuthorityFiles(
  folder: IdentityFolder,
  { key, chain }: AuthorityFiles,
  retiring: readonly RetiringAuthority[],
): void {
  const told = retiring.map(({ chain, crossed, untilMs }) => ({
    chain: chain.map(String).join(''),
    crossed: String(crossed),
    untilMs,
  }));
  folder.write(retiringFile, `${JSON.stringify(told, null, 2)}\n`);
  folder.write(nextKeyFile, key);
  folder.write(nextChainFile, chain);
  finishChange(folder);
}

/** Changes when another program has changed the authority. */
export function authorityStamp(folder: IdentityFolder): string {
  return `${folder.stamp(chainFile)} ${folder.stamp(retiringFile)}`;
}

interface ParsedAuthority extends Issuer {
  readonly chain: readonly X509Certificate[];
}

/** Throws StartError. */
export function parseAuthorityFiles(keyText: string, chainText: string): ParsedAuthority {
  const remedy =
    'Give an issuing certificate followed by those above it, up to the one at the top, and its key, all as PEM.';
  const chain = attempt('the certificates', remedy, () => parseChain(chainText));
  const [certificate] = chain;
  if (certificate === undefined) throw new StartError('there is no certificate in the file', remedy);
  const key = attempt('the key', remedy, () => createPrivateKey(keyText));
  if (!certificate.checkPrivateKey(key))
    throw new StartError('the key is not of the first certificate', remedy);
  if (!certificate.ca)
    throw new StartError('the first certificate may not issue others (CA:TRUE is missing)', remedy);
  if (signingAlgorithm(key) === undefined) {
    throw new StartError(
      'the key is of a kind that is not known',
      'Use P-256, P-384, or RSA with at least 2048 bits.',
    );
  }
  for (const [index, above] of chain.slice(1).entries()) {
    if (chain[index]?.verify(above.publicKey) === true) continue;
    throw new StartError(`certificate ${index + 2} in the file has not signed the one before it`, remedy);
  }
  const top = chain.at(-1);
  if (top?.verify(top.publicKey) === true) return { certificate, key, chain };
  throw new StartError(
    'the last certificate in the file is not at the top: another one has signed it',
    remedy,
  );
}

function attempt<T>(what: string, remedy: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new StartError(`${what} cannot be read: ${errorMessage(error)}`, remedy, { cause: error });
  }
}

function finishChange(folder: IdentityFolder): void {
  if (folder.stamp(nextChainFile) === '') {
    folder.remove(nextKeyFile);
    return;
  }
  if (folder.stamp(nextKeyFile) !== '') folder.rename(nextKeyFile, keyFile);
  folder.rename(nextChainFile, chainFile);
}

function readRetiring(folder: IdentityFolder, nowMs: number): readonly RetiringAuthority[] {
  const text = folder.read(retiringFile);
  if (text === undefined) return [];
  try {
    const told: unknown = JSON.parse(text);
    if (!Array.isArray(told)) throw new Error('no list');
    return told.map(parseRetiring).filter(({ untilMs }) => untilMs > nowMs);
  } catch (error) {
    throw damaged(
      folder,
      retiringFile,
      errorMessage(error),
      'without the file only the authority of now is believed',
    );
  }
}

function parseRetiring(told: unknown): RetiringAuthority {
  const fields = new Map(Object.entries(Object(told)));
  const chain = parseChain(String(fields.get('chain')));
  const untilMs = Number(fields.get('untilMs'));
  if (chain.length === 0 || Number.isNaN(untilMs)) throw new Error('an entry is none');
  return { chain, crossed: new X509Certificate(String(fields.get('crossed'))), untilMs };
}

/** Other text between the certificates is passed over. Throws what Node says of a certificate that is none. */
function parseChain(text: string): readonly X509Certificate[] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => new X509Certificate(block));
}

function damaged(folder: IdentityFolder, file: string, why: string, note = ''): StartError {
  const more = note === '' ? '' : ` (${note})`;
  return new StartError(
    `${folder.path}/${file}: ${why}${more}`,
    'Restore the file, or move the folder away and make a new authority with jidi-collector init: every node must join again then.',
  );
}
