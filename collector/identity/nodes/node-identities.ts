// Everything about the identities of nodes, put together. In: the store, the data folder, orders of people. Out: the door for
// listeners, the desk where nodes join and renew, what people see.
//
// Invariants: what counts is in memory and on disk before a person hears that it is done; a revocation counts at once, even while
// the disk is full.
import type { Clock } from '../../../shared/clock.ts';
import type { Logger } from '../../../shared/log.ts';
import { foldNodeSet } from '../../../shared/nodeset.ts';
import type { IdentityRecord, IdentityStore } from '../../store/store.ts';
import { type AuditTrail, Enrolment } from './enrolment.ts';
import { NodeIdentityError } from './identity-error.ts';
import { IdentityFolder } from './identity-folder.ts';
import {
  createNodeIdentityStatistics,
  type NodeIdentityState,
  type NodeIdentityStatistics,
} from './identity-statistics.ts';
import { NodeAuthority } from './node-authority.ts';
import type { NodeDoor } from './node-door.ts';
import {
  approvalId,
  approvalRecord,
  type EnrolledNode,
  type NodeToken,
  nodeRecord,
  readApproval,
  readNode,
  readToken,
  recordKinds,
} from './node-records.ts';
import { NodeRegister } from './node-register.ts';
import { approvedForMs, type NodeRequest, RequestQueue } from './request-queue.ts';
import { ServerIdentity } from './server-credentials.ts';
import { type NewToken, TokenBook, type TokenWish, withoutToken } from './token-book.ts';

export interface NodeIdentitiesOptions {
  readonly dataDir: string;
  readonly cluster: string;
  /** DNS names and addresses by which agents reach the collector. */
  readonly names: readonly string[];
  readonly store: IdentityStore;
  readonly audit: AuditTrail;
  readonly isConnected: (node: string) => boolean;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface RequestKey {
  readonly node: string;
  readonly fingerprint: string;
}

const sweepEveryMs = 60_000;
/** So long a node is listed whose certificate is over. */
const listedMs = 30 * 24 * 3_600_000;

interface Parts {
  readonly authority: NodeAuthority;
  readonly server: ServerIdentity;
  readonly register: NodeRegister;
  readonly tokens: TokenBook;
  readonly requests: RequestQueue;
  readonly statistics: NodeIdentityStatistics;
}

export class NodeIdentities {
  readonly enrolment: Enrolment;
  readonly door: NodeDoor;
  readonly statistics: NodeIdentityStatistics;
  readonly #options: NodeIdentitiesOptions;
  readonly #parts: Parts;
  #cancelSweep: () => void = () => undefined;

  private constructor(options: NodeIdentitiesOptions, parts: Parts) {
    this.#options = options;
    this.#parts = parts;
    this.statistics = parts.statistics;
    this.enrolment = new Enrolment({ ...options, ...parts });
    const { register, server } = parts;
    this.door = {
      credentials: () => server.credentials,
      onCredentials: (listener) => server.onChange(listener),
      refusal: (name) => register.refusal(name),
      onRefused: (listener) => register.onRefused(listener),
    };
    this.#sweepLater();
  }

  /** Throws StartError: there is no authority, or it cannot be read. */
  static async open(options: NodeIdentitiesOptions): Promise<NodeIdentities> {
    const { dataDir, cluster, store, clock } = options;
    const folder = new IdentityFolder(dataDir);
    const authority = new NodeAuthority(folder, clock);
    const server = await ServerIdentity.open({ ...options, folder, authority });
    const statistics = createNodeIdentityStatistics();
    const load = async <T>(kind: string, read: (record: IdentityRecord) => T | undefined): Promise<T[]> => {
      const found = (await store.identities(kind)).map(read);
      const told = found.filter((each) => each !== undefined);
      statistics.unreadable += found.length - told.length;
      return told;
    };
    const register = new NodeRegister(cluster, await load(recordKinds.node, readNode));
    const tokens = new TokenBook(await load(recordKinds.token, readToken));
    const requests = new RequestQueue(await load(recordKinds.request, readApproval));
    return new NodeIdentities(options, { authority, server, register, tokens, requests, statistics });
  }

  /** By which an agent knows the collector before it has joined. */
  get authorityHash(): string {
    return this.#parts.authority.hash;
  }

  get state(): NodeIdentityState {
    const { register, tokens, requests, authority, server } = this.#parts;
    const nowMs = this.#options.clock.now();
    return {
      nodes: register.size,
      openTokens: tokens.list(nowMs).length,
      waitingRequests: requests.size,
      lockedAddresses: this.enrolment.lockedAddresses,
      authorityExpiresMs: authority.state.issuer.certificate.validToDate.getTime(),
      serverExpiresMs: server.expiresMs,
    };
  }

  /** Throws NodeIdentityError. */
  async createTokens(wish: TokenWish): Promise<readonly NewToken[]> {
    const { tokens } = this.#parts;
    const { store, audit, clock } = this.#options;
    const created = tokens.create(wish, clock.now());
    await store.putIdentities(created.records);
    tokens.add(created.records.map(readToken).filter((each) => each !== undefined));
    this.#count('created', wish.nodes.length);
    const { lifeMs, replaces } = wish;
    const detail = { count: wish.nodes.length, lifeSeconds: lifeMs / 1000, replaces };
    await audit('node-tokens-created', wish.creator, foldNodeSet(wish.nodes), detail);
    return created.tokens;
  }

  tokens(): readonly NodeToken[] {
    return this.#parts.tokens.list(this.#options.clock.now());
  }

  /** Throws NodeIdentityError when none of them has one. */
  async removeTokens(nodes: readonly string[], actor: string): Promise<void> {
    const { tokens } = this.#parts;
    const { store, audit, clock } = this.#options;
    const open = nodes.flatMap((node) => tokens.find(node, clock.now()) ?? []);
    if (open.length === 0) {
      const remedy = 'List the open ones: jidi node token ls';
      throw new NodeIdentityError('unknown-token', `${foldNodeSet(nodes)}: no open token`, remedy);
    }
    const removed = open.filter((token) => tokens.remove(token)).map(({ node }) => node);
    await store.putIdentities(removed.map(withoutToken));
    this.#count('removed', removed.length);
    await audit('node-tokens-removed', actor, foldNodeSet(removed), { count: removed.length });
  }

  requests(): readonly NodeRequest[] {
    return this.#parts.requests.waiting(this.#options.clock.now());
  }

  /** The node gets its certificate when it asks again. Throws NodeIdentityError. */
  async approve(key: RequestKey, approver: string): Promise<void> {
    const { reason } = this.#requireRequest(key);
    const { store, audit, clock } = this.#options;
    const approved = { ...key, approver, expiresMs: clock.now() + approvedForMs };
    await store.putIdentities([approvalRecord(approved)]);
    this.#parts.requests.approve(approved);
    await audit('node-approved', approver, key.node, { fingerprint: key.fingerprint, reason });
  }

  /** Throws NodeIdentityError. */
  async reject(key: RequestKey, actor: string): Promise<void> {
    const { reason } = this.#requireRequest(key);
    this.#parts.requests.reject(key);
    await this.#options.audit('node-rejected', actor, key.node, { fingerprint: key.fingerprint, reason });
  }

  certificates(): readonly EnrolledNode[] {
    return this.#parts.register.list();
  }

  /** It is out at once, and what could let it in again is gone. Idempotent. Throws NodeIdentityError. */
  async revoke(node: string, actor: string): Promise<EnrolledNode> {
    const { register, tokens, requests } = this.#parts;
    const { store, audit, clock } = this.#options;
    const known = register.find(node);
    if (known === undefined) {
      const remedy = 'List those that have: jidi node certs';
      throw new NodeIdentityError('unknown-certificate', `node ${node}: has no certificate`, remedy);
    }
    const revoked = { ...known, revokedMs: known.revokedMs ?? clock.now() };
    register.put(revoked);
    const token = tokens.find(node, clock.now());
    if (token !== undefined) tokens.remove(token);
    const approvals = requests.approvalsOf(node);
    for (const each of approvals) requests.takeApproval(each);
    await store.putIdentities([nodeRecord(revoked), withoutToken(node), ...approvals.map(withoutApproval)]);
    await audit('node-revoked', actor, node, { epoch: known.epoch });
    return revoked;
  }

  /** Takes in what another program has changed in the folder, now. */
  look(): Promise<void> {
    return this.#parts.server.look();
  }

  stop(): void {
    this.#cancelSweep();
    this.#parts.server.stop();
  }

  #requireRequest(key: RequestKey): NodeRequest {
    const request = this.#parts.requests.find(key);
    if (request !== undefined) return request;
    const message = `node ${key.node}: no such request waits`;
    throw new NodeIdentityError('unknown-request', message, 'List what waits: jidi node requests');
  }

  #sweepLater(): void {
    this.#cancelSweep = this.#options.clock.after(sweepEveryMs, () => {
      this.#sweepLater();
      this.#sweep().catch((error: unknown) => {
        this.#options.log.error({ err: error }, 'expired identities of nodes could not be removed');
      });
    });
  }

  async #sweep(): Promise<void> {
    const { tokens, requests, register } = this.#parts;
    const nowMs = this.#options.clock.now();
    const expired = tokens.takeExpired(nowMs);
    this.#count('expired', expired.length);
    const gone = [
      ...expired.map(({ node }) => withoutToken(node)),
      ...requests.takeExpiredApprovals(nowMs).map(withoutApproval),
      ...register
        .takeExpired(nowMs - listedMs)
        .map(({ node }) => ({ kind: recordKinds.node, id: node, body: null })),
    ];
    if (gone.length > 0) await this.#options.store.putIdentities(gone);
  }

  #count(what: string, by: number): void {
    const { tokens } = this.statistics;
    if (by > 0) tokens.set(what, (tokens.get(what) ?? 0) + by);
  }
}

function withoutApproval(key: RequestKey): IdentityRecord {
  return { kind: recordKinds.request, id: approvalId(key), body: null };
}
