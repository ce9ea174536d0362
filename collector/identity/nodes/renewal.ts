// The next certificate of a node. In: what the certificate of its connection names, a new key that has signed. Out: a certificate
// for the same name and epoch, or no.
//
// Invariant: who was revoked or has been replaced meanwhile stays so, in memory and on disk.
import type { Clock } from '../../../shared/clock.ts';
import {
  fingerprint,
  isSignedBy,
  readPublicKey,
  renewalTranscript,
} from '../../../shared/identity/join-proof.ts';
import type { CertifiedName } from '../../../shared/identity/node-uri.ts';
import type { IdentityStore } from '../../store/store.ts';
import { busy, type EnrolmentOutcome, refused } from './enrolment-outcome.ts';
import type { IssueRate } from './issue-rate.ts';
import type { NodeAuthority } from './node-authority.ts';
import { nodeRecord } from './node-records.ts';
import type { NodeRegister } from './node-register.ts';

export interface RenewalAttempt {
  /** Of the connection's certificate. */
  readonly name: CertifiedName;
  readonly publicKey: Uint8Array;
  readonly signature: Uint8Array;
}

export interface RenewalDeps {
  readonly store: Pick<IdentityStore, 'putIdentities'>;
  readonly authority: Pick<NodeAuthority, 'issueNode'>;
  readonly register: NodeRegister;
  readonly clock: Clock;
}

/** One node's share: it renews every few hours. */
const renewEveryMs = 1_000;

export class Renewal {
  readonly #deps: RenewalDeps;
  readonly #issueRate: IssueRate;
  /** When a node renewed last, monotonic. Never more than there are nodes. */
  readonly #renewed = new Map<string, number>();

  constructor(deps: RenewalDeps, issueRate: IssueRate) {
    this.#deps = deps;
    this.#issueRate = issueRate;
  }

  async renew({ name, publicKey, signature }: RenewalAttempt): Promise<EnrolmentOutcome> {
    const { authority, store, register } = this.#deps;
    const refusal = register.refusal(name);
    const known = register.find(name.node);
    if (refusal !== null || known === undefined) {
      return refused('not-let-in', refusal?.message ?? `node ${name.node} has not joined here`);
    }
    const key = readPublicKey(publicKey);
    if (key === undefined || !isSignedBy(renewalTranscript({ ...name, publicKey }), signature, key)) {
      return refused('proof-refused', 'the signature is not by the new key, or the key is not on P-256');
    }
    if (!this.#mayRenew(name.node)) return busy();
    const issued = await authority.issueNode(name, publicKey);
    if (register.find(name.node) !== known) return busy();
    const fingerprintText = fingerprint(publicKey).toString('hex');
    const renewed = { ...known, fingerprint: fingerprintText, expiresMs: issued.expiresMs };
    await store.putIdentities([nodeRecord(renewed)]);
    if (register.find(name.node) === known) register.put(renewed);
    return { kind: 'certificate', issued };
  }

  #mayRenew(node: string): boolean {
    const nowMs = this.#deps.clock.monotonic();
    const lastMs = this.#renewed.get(node) ?? Number.NEGATIVE_INFINITY;
    if (nowMs - lastMs < renewEveryMs || !this.#issueRate.take(nowMs)) return false;
    this.#renewed.set(node, nowMs);
    return true;
  }
}
