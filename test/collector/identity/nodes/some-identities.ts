// For tests: the identities of nodes over a real store and real files, and nodes that prove what they are told to.
import { generateKeyPairSync, type KeyObject, randomBytes, X509Certificate } from 'node:crypto';
import { onTestFinished } from 'vitest';
import type { JoinAttempt } from '../../../../collector/identity/nodes/enrolment.ts';
import { NodeIdentities } from '../../../../collector/identity/nodes/node-identities.ts';
import { nodeSettings } from '../../../../collector/identity/nodes/node-settings.ts';
import { setUpAuthority } from '../../../../collector/identity/nodes/set-up.ts';
import type { Store } from '../../../../collector/store/store.ts';
import { certifiedNameOf } from '../../../../shared/identity/certificate-name.ts';
import {
  joinTranscript,
  proveToken,
  renewalTranscript,
  signTranscript,
  tokenDigest,
} from '../../../../shared/identity/join-proof.ts';
import type { CertifiedName } from '../../../../shared/identity/node-uri.ts';
import { createLogger } from '../../../../shared/log.ts';
import { handClock, openStore, tempDir } from '../../store/open-store.ts';

export const cluster = 'hpc';

export interface SomeIdentities {
  readonly identities: NodeIdentities;
  readonly store: Store;
  readonly dataDir: string;
  readonly clock: ReturnType<typeof handClock>;
  /** Nodes whose streams are open. */
  readonly connected: Set<string>;
  /** The same folder and store, read anew. */
  readonly reopen: () => Promise<NodeIdentities>;
}

export interface IdentitiesPlace {
  readonly dataDir?: string;
  readonly clock?: ReturnType<typeof handClock>;
}

/** Stops when the test ends. */
export async function openIdentities(place: IdentitiesPlace = {}): Promise<SomeIdentities> {
  const { dataDir = tempDir(), clock = handClock(Date.now()) } = place;
  const store = await openStore({ dataDir, clock });
  const connected = new Set<string>();
  await setUpAuthority(dataDir, { cluster, names: [] }, clock.now());
  const open = async (): Promise<NodeIdentities> => {
    const identities = await NodeIdentities.open({
      dataDir,
      ...nodeSettings(dataDir, { cluster, names: ['mgr.example'] }),
      store,
      audit: (event, actor, subject, detail = {}) =>
        store.appendAudit({ timeMs: clock.now(), event, actor, subject, detail }),
      isConnected: (node) => connected.has(node),
      clock,
      log: createLogger('test', 'silent'),
    });
    onTestFinished(() => identities.stop());
    return identities;
  };
  return { identities: await open(), store, dataDir, clock, connected, reopen: open };
}

export interface NodeKey {
  readonly privateKey: KeyObject;
  /** DER. */
  readonly publicKey: Buffer;
}

export function makeKey(): NodeKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { privateKey, publicKey: publicKey.export({ format: 'der', type: 'spki' }) };
}

export interface Claim {
  readonly node: string;
  readonly token?: string;
  readonly key?: NodeKey;
  readonly address?: string;
}

/** What a node says that holds its key and shows a token. */
export function attemptOf({ node, token, key = makeKey(), address = '10.0.0.1' }: Claim): JoinAttempt {
  const nonce = randomBytes(32);
  const { privateKey, publicKey } = key;
  const bytes = joinTranscript({ cluster, node, nonce, publicKey });
  return {
    address,
    node,
    agentVersion: '0.1.0',
    publicKey,
    nonce,
    signature: signTranscript(bytes, privateKey),
    tokenProof: token === undefined ? null : proveToken(bytes, tokenDigest(token)),
  };
}

export function renewalOf(name: CertifiedName, key = makeKey()) {
  const { privateKey, publicKey } = key;
  const bytes = renewalTranscript({ ...name, publicKey });
  return { name, publicKey, signature: signTranscript(bytes, privateKey) };
}

export async function tokenFor(identities: NodeIdentities, node: string, replaces = false): Promise<string> {
  const wish = { nodes: [node], lifeMs: 600_000, replaces, creator: 'ann' };
  const [created] = await identities.createTokens(wish);
  if (created === undefined) throw new Error('no token');
  return created.token;
}

/** With a token; the name that its certificate says. */
export async function enrol(
  identities: NodeIdentities,
  node: string,
  key = makeKey(),
): Promise<CertifiedName> {
  const token = await tokenFor(identities, node);
  const outcome = await identities.enrolment.join(attemptOf({ node, token, key }));
  if (outcome.kind !== 'certificate') throw new Error(`not let in: ${JSON.stringify(outcome)}`);
  return nameIn(outcome.issued.certificate);
}

export function nameIn(certificate: Uint8Array): CertifiedName {
  const name = certifiedNameOf(new X509Certificate(certificate).raw);
  if (name === undefined) throw new Error('the certificate names no node');
  return name;
}
