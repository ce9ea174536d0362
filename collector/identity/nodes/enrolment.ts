// Decides who gets a certificate. In: what a node has proved, from which address. Out: a certificate, "a person decides", or no.
//
// Invariants: a token is used up before anything is awaited, so that it is good once however many come with it; a node that is
// in use is replaced by nobody without a person's yes; who was revoked while it joined is not in; wrong, used, expired and foreign tokens get one answer, and take as long.
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../../shared/clock.ts';
import {
  fingerprint,
  isSignedBy,
  isTokenProof,
  joinTranscript,
  readPublicKey,
} from '../../../shared/identity/join-proof.ts';
import type { Logger } from '../../../shared/log.ts';
import type { IdentityRecord, IdentityStore } from '../../store/store.ts';
import { busy, type EnrolmentOutcome, refused } from './enrolment-outcome.ts';
import { FailedProofs } from './failed-proofs.ts';
import type { NodeIdentityStatistics } from './identity-statistics.ts';
import { IssueRate } from './issue-rate.ts';
import type { NodeAuthority } from './node-authority.ts';
import { approvalId, type EnrolledNode, nodeRecord, recordKinds } from './node-records.ts';
import type { NodeRegister } from './node-register.ts';
import { Renewal, type RenewalAttempt } from './renewal.ts';
import type { RequestQueue, RequestReason } from './request-queue.ts';
import { type TokenBook, withoutToken } from './token-book.ts';

export type AuditTrail = (
  event: string,
  actor: string,
  subject: string,
  detail?: Readonly<Record<string, unknown>>,
) => Promise<void>;

export interface EnrolmentDeps {
  readonly cluster: string;
  readonly store: Pick<IdentityStore, 'putIdentities'>;
  readonly authority: Pick<NodeAuthority, 'issueNode'>;
  readonly register: NodeRegister;
  readonly tokens: TokenBook;
  readonly requests: RequestQueue;
  readonly statistics: NodeIdentityStatistics;
  readonly audit: AuditTrail;
  /** A stream of this node is open. */
  readonly isConnected: (node: string) => boolean;
  readonly clock: Clock;
  readonly log: Logger;
  readonly failures?: FailedProofs;
  readonly issueRate?: IssueRate;
}

export interface JoinAttempt {
  readonly address: string;
  readonly node: string;
  readonly agentVersion: string;
  /** DER. */
  readonly publicKey: Uint8Array;
  readonly nonce: Uint8Array;
  readonly signature: Uint8Array;
  readonly tokenProof: Uint8Array | null;
}

const retryAfterMs = 10_000;
/** Compared with where there is no token, so that its absence takes as long. */
const noDigest = randomBytes(32);

export class Enrolment {
  readonly #deps: EnrolmentDeps;
  readonly #failures: FailedProofs;
  readonly #issueRate: IssueRate;
  readonly #renewal: Renewal;

  constructor(deps: EnrolmentDeps) {
    this.#deps = deps;
    this.#failures = deps.failures ?? new FailedProofs();
    this.#issueRate = deps.issueRate ?? new IssueRate();
    this.#renewal = new Renewal(deps, this.#issueRate);
  }

  get cluster(): string {
    return this.#deps.cluster;
  }

  get lockedAddresses(): number {
    return this.#failures.locked(this.#deps.clock.monotonic());
  }

  /** A call ended before anything was decided. */
  countCall(code: string): void {
    const { calls } = this.#deps.statistics;
    calls.set(code, (calls.get(code) ?? 0) + 1);
  }

  /** Ask before anything else is done for an address. null: it may try. */
  lockedOut(address: string): EnrolmentOutcome | null {
    if (!this.#failures.isLocked(address, this.#deps.clock.monotonic())) return null;
    return refused('locked-out', 'too many failed attempts from this address; try again in a minute');
  }

  async join(attempt: JoinAttempt): Promise<EnrolmentOutcome> {
    const outcome = this.lockedOut(attempt.address) ?? (await this.#decide(attempt));
    this.#count(this.#deps.statistics.joins, outcome);
    return outcome;
  }

  async renew({ name, publicKey, signature }: RenewalAttempt): Promise<EnrolmentOutcome> {
    const outcome = await this.#renewal.renew({ name, publicKey, signature });
    this.#count(this.#deps.statistics.renewals, outcome);
    return outcome;
  }

  async #decide(attempt: JoinAttempt): Promise<EnrolmentOutcome> {
    const { requests, tokens, clock } = this.#deps;
    const { node, tokenProof } = attempt;
    const nowMs = clock.now();
    const token = tokens.find(node, nowMs);
    const { isKeyHeld, isTokenShown } = this.#check(attempt, token?.digest);
    const key = { node, fingerprint: fingerprint(attempt.publicKey).toString('hex') };
    if (!isKeyHeld) return this.#failed(attempt);
    const decision = requests.decision(key, nowMs);
    if (decision.state === 'approved') return this.#enrolApproved(attempt, decision.approver);
    if (decision.state === 'rejected')
      return refused('rejected', `a person has refused this key for ${node}`);
    if (tokenProof !== null && isTokenShown && token !== undefined) {
      const isFree = !this.#isInUse(node, token.replaces);
      if (isFree) return this.#enrolWith(attempt, token);
      tokens.remove(token);
      await this.#deps.store.putIdentities([withoutToken(node)]);
      this.#countToken('used');
      return this.#queue(attempt, 'in-use');
    }
    if (decision.state === 'waiting') return pending(attempt);
    return tokenProof === null ? this.#queue(attempt, 'no-token') : this.#failed(attempt);
  }

  /** Always both, whatever the first one says. */
  #check(
    { node, nonce, publicKey, signature, tokenProof }: JoinAttempt,
    digest: string | undefined,
  ): { readonly isKeyHeld: boolean; readonly isTokenShown: boolean } {
    const key = readPublicKey(publicKey);
    const bytes = joinTranscript({ cluster: this.#deps.cluster, node, nonce, publicKey });
    const isKeyHeld = key !== undefined && isSignedBy(bytes, signature, key);
    const expected = digest === undefined ? noDigest : Buffer.from(digest, 'hex');
    const isTokenShown =
      isTokenProof(bytes, tokenProof ?? Buffer.alloc(32), expected) && digest !== undefined;
    return { isKeyHeld, isTokenShown };
  }

  #failed({ address, node }: JoinAttempt): EnrolmentOutcome {
    if (this.#failures.failed(address, this.#deps.clock.monotonic())) {
      this.#deps.log.warn({ address, node }, 'address locked out after failed attempts to join');
    }
    const remedy =
      'create another (jidi node token create NODE): each is for one node, once, for a few minutes';
    return refused('proof-refused', `the token is not good for this node; ${remedy}`);
  }

  #isInUse(node: string, replaces: boolean): boolean {
    const { register, clock, isConnected } = this.#deps;
    const known = register.find(node);
    if (known === undefined || known.revokedMs !== null) return false;
    return isConnected(node) || (!replaces && known.expiresMs > clock.now());
  }

  async #queue(attempt: JoinAttempt, reason: RequestReason): Promise<EnrolmentOutcome> {
    const { requests, audit, clock } = this.#deps;
    const { node, address, agentVersion } = attempt;
    const known = fingerprint(attempt.publicKey).toString('hex');
    const facts = { node, fingerprint: known, reason, address, agentVersion };
    if (!requests.add(facts, clock.now())) {
      return refused('queue-full', 'too many wait for a person already; use a token: jidi node token create');
    }
    await audit('node-asked', `node ${address}`, node, { reason, fingerprint: known });
    return pending(attempt);
  }

  async #enrolWith(
    attempt: JoinAttempt,
    token: NonNullable<ReturnType<TokenBook['find']>>,
  ): Promise<EnrolmentOutcome> {
    const { tokens, register, clock } = this.#deps;
    const before = register.find(attempt.node);
    if (!this.#issueRate.take(clock.monotonic())) return busy();
    tokens.remove(token);
    try {
      const outcome = await this.#enrol(attempt, withoutToken(attempt.node), `token of ${token.creator}`);
      this.#countToken('used');
      return outcome;
    } catch (error) {
      // It was not used: nothing is stored. Whoever revoked the node meanwhile has taken it back.
      const isFree = tokens.find(attempt.node, clock.now()) === undefined;
      if (isFree && register.find(attempt.node) === before) tokens.add([token]);
      throw error;
    }
  }

  async #enrolApproved(attempt: JoinAttempt, approver: string): Promise<EnrolmentOutcome> {
    const { requests, clock } = this.#deps;
    if (!this.#issueRate.take(clock.monotonic())) return busy();
    const key = { node: attempt.node, fingerprint: fingerprint(attempt.publicKey).toString('hex') };
    const approved = requests.takeApproval(key);
    try {
      const gone = { kind: recordKinds.request, id: approvalId(key), body: null };
      return await this.#enrol(attempt, gone, `approval of ${approver}`);
    } catch (error) {
      if (approved !== undefined) requests.approve(approved);
      throw error;
    }
  }

  /** `used`: what let it in is gone with this, whatever comes of it. */
  async #enrol(attempt: JoinAttempt, used: IdentityRecord, by: string): Promise<EnrolmentOutcome> {
    const { cluster, authority, store, register, clock, audit, log } = this.#deps;
    const { node, publicKey, address } = attempt;
    const before = register.find(node);
    const epoch = randomBytes(8).toString('hex');
    const issued = await authority.issueNode({ cluster, node, epoch }, publicKey);
    const enrolled: EnrolledNode = {
      node,
      epoch,
      fingerprint: fingerprint(publicKey).toString('hex'),
      enrolledMs: clock.now(),
      expiresMs: issued.expiresMs,
      revokedMs: null,
    };
    if (register.find(node) !== before) {
      await store.putIdentities([used]);
      return changedMeanwhile(node);
    }
    // Before it is on disk: nothing of the machine that it replaces is written after it.
    register.put(enrolled);
    try {
      await store.putIdentities([nodeRecord(enrolled), used]);
    } catch (error) {
      register.takeBack(enrolled, before);
      throw error;
    }
    await audit('node-enrolled', by, node, { epoch, address, fingerprint: enrolled.fingerprint });
    if (register.find(node) !== enrolled) return changedMeanwhile(node);
    log.info({ node, epoch, address }, 'node enrolled');
    return { kind: 'certificate', issued };
  }

  #count(counters: Map<string, number>, outcome: EnrolmentOutcome): void {
    const word = outcome.kind === 'refused' ? outcome.code : outcome.kind;
    counters.set(word, (counters.get(word) ?? 0) + 1);
  }

  #countToken(what: string): void {
    const { tokens } = this.#deps.statistics;
    tokens.set(what, (tokens.get(what) ?? 0) + 1);
  }
}

function changedMeanwhile(node: string): EnrolmentOutcome {
  const message = `node ${node} was revoked or joined anew at this moment; create another token`;
  return refused('not-let-in', `${message} (jidi node token create ${node})`);
}

function pending({ publicKey }: JoinAttempt): EnrolmentOutcome {
  return { kind: 'pending', fingerprint: fingerprint(publicKey), retryAfterMs };
}
