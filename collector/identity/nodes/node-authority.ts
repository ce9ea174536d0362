// The authority of nodes at work. In: names and public keys that were checked. Out: certificates with what belongs to them.
// It asks nobody whether a node may have one: that is decided before.
//
// Invariants: no certificate outlives its issuer; what another program has changed in the folder is seen at the next `refresh`.
import { createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import type { Clock } from '../../../shared/clock.ts';
import { StartError } from '../../../shared/errors.ts';
import { authorityHash } from '../../../shared/identity/authority-hash.ts';
import { type CertifiedName, formatNodeUri } from '../../../shared/identity/node-uri.ts';
import { type AuthorityState, authorityStamp, readAuthority } from './authority-state.ts';
import type { IdentityFolder } from './identity-folder.ts';
import { type Validity, writeNode, writeServer } from './x509.ts';

/** DER each. */
export interface NodeCertificate {
  readonly certificate: Buffer;
  /** Nearest first. */
  readonly intermediates: readonly Buffer[];
  /** By which the collector shows itself. */
  readonly authorities: readonly Buffer[];
  readonly expiresMs: number;
}

/** PEM. */
export interface ServerCertificate {
  readonly key: string;
  /** Its own, then those between it and the authorities. */
  readonly certificate: string;
}

export const nodeLifeMs = 24 * 3_600_000;
const serverLifeMs = 30 * 24 * 3_600_000;
/** Clocks of nodes run behind. */
export const backdatedMs = 5 * 60_000;

export class NodeAuthority {
  readonly #folder: IdentityFolder;
  readonly #clock: Clock;
  #state: AuthorityState;
  #stamp: string;

  /** Throws StartError. */
  constructor(folder: IdentityFolder, clock: Clock) {
    this.#folder = folder;
    this.#clock = clock;
    this.#stamp = authorityStamp(folder);
    this.#state = this.#read();
  }

  /** Of the issuing certificate, as `join` takes it. */
  get hash(): string {
    return authorityHash(this.#state.issuer.certificate);
  }

  /** PEM of those that sign certificates of nodes. */
  get issuers(): readonly string[] {
    return this.#chains.flatMap(([issuing]) => issuing?.toString() ?? []);
  }

  /** PEM of those at the top, above the issuers or themselves. */
  get authorities(): readonly string[] {
    return this.#chains.flatMap((chain) => chain.at(-1)?.toString() ?? []);
  }

  get state(): AuthorityState {
    return this.#state;
  }

  /** True when it is another than before. Throws StartError; the one before stays then. */
  refresh(): boolean {
    const stamp = authorityStamp(this.#folder);
    const nowMs = this.#clock.now();
    const isOver = this.#state.retiring.some(({ untilMs }) => untilMs <= nowMs);
    if (stamp === this.#stamp && !isOver) return false;
    this.#state = this.#read();
    this.#stamp = stamp;
    return true;
  }

  /** `publicKey`: in DER. */
  async issueNode(name: CertifiedName, publicKey: Uint8Array): Promise<NodeCertificate> {
    const { issuer, chain } = this.#state;
    const key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' });
    const validity = this.#validity(nodeLifeMs);
    const certificate = await writeNode({ uri: formatNodeUri(name), publicKey: key, validity }, issuer);
    return {
      certificate,
      intermediates: withoutTop(chain).map(({ raw }) => raw),
      authorities: this.#chains.flatMap((each) => each.at(-1)?.raw ?? []),
      expiresMs: validity.toMs,
    };
  }

  /** With a new key. */
  async issueServer(names: readonly string[]): Promise<ServerCertificate> {
    const { issuer } = this.#state;
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const validity = this.#validity(serverLifeMs);
    const certificate = await writeServer({ names, publicKey, validity }, issuer);
    const own = new X509Certificate(certificate).toString();
    return {
      key: String(privateKey.export({ format: 'pem', type: 'pkcs8' })),
      certificate: own + this.serverChain,
    };
  }

  /** PEM of what follows the collector's own certificate. First what leads those on who know only a retiring authority. */
  get serverChain(): string {
    const { chain, retiring } = this.#state;
    return [...retiring.map(({ crossed }) => crossed), ...withoutTop(chain)].map(String).join('');
  }

  get #chains(): readonly (readonly X509Certificate[])[] {
    const { chain, retiring } = this.#state;
    return [chain, ...retiring.map((each) => each.chain)];
  }

  #validity(lifeMs: number): Validity {
    const nowMs = this.#clock.now();
    const lastMs = this.#state.issuer.certificate.validToDate.getTime();
    return { fromMs: nowMs - backdatedMs, toMs: Math.min(nowMs + lifeMs, lastMs) };
  }

  #read(): AuthorityState {
    const state = readAuthority(this.#folder, this.#clock.now());
    if (state === undefined) {
      throw new StartError(
        `${this.#folder.path}: no authority for nodes there`,
        'Make one: jidi-collector init',
      );
    }
    if (state.issuer.certificate.validToDate.getTime() > this.#clock.now()) return state;
    throw new StartError(
      `${this.#folder.path}: the authority has expired`,
      'Make another: jidi-collector ca rotate; every node must join again then.',
    );
  }
}

/** Who believes the top of a chain has it. */
function withoutTop(chain: readonly X509Certificate[]): readonly X509Certificate[] {
  return chain.slice(0, -1);
}
