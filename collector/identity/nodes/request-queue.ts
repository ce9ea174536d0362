// Nodes that a person has to decide about. In: who asks, with which key. Out: what waits; what was decided, until it is heard.
// What strangers ask is kept in memory alone: they ask again. A yes is kept on disk by whoever calls this.
//
// Invariants: a key is decided about, not a name; so many wait at most: in all, of one node, of one address.
import type { ApprovedKey } from './node-records.ts';

/** `no-token`: none was shown. `in-use`: with a good token, but the node is there already. */
export type RequestReason = 'no-token' | 'in-use';

export interface NodeRequest {
  readonly node: string;
  /** SHA-256 of the public key, hexadecimal. */
  readonly fingerprint: string;
  readonly reason: RequestReason;
  readonly address: string;
  readonly agentVersion: string;
  readonly firstMs: number;
  readonly lastMs: number;
}

export type Decision =
  | { readonly state: 'waiting' }
  | { readonly state: 'rejected' }
  | { readonly state: 'approved'; readonly approver: string }
  | { readonly state: 'none' };

export type RequestFacts = Omit<NodeRequest, 'firstMs' | 'lastMs'>;
type Key = Pick<NodeRequest, 'node' | 'fingerprint'>;

export interface QueueLimits {
  readonly requests: number;
  readonly perNode: number;
  readonly perAddress: number;
}

const usualQueueLimits: QueueLimits = { requests: 1_000, perNode: 4, perAddress: 64 };
/** Agents ask every few seconds; who has not asked for so long is gone. */
const forgottenAfterMs = 3_600_000;
export const approvedForMs = 24 * 3_600_000;

interface Entry {
  readonly request: NodeRequest;
  readonly isRejected: boolean;
}

export class RequestQueue {
  readonly #limits: QueueLimits;
  readonly #entries = new Map<string, Entry>();
  readonly #approved = new Map<string, ApprovedKey>();

  constructor(approved: readonly ApprovedKey[] = [], limits: QueueLimits = usualQueueLimits) {
    this.#limits = limits;
    for (const each of approved) this.#approved.set(keyOf(each), each);
  }

  get size(): number {
    return this.#entries.size;
  }

  decision(key: Key, nowMs: number): Decision {
    const approved = this.#approved.get(keyOf(key));
    if (approved !== undefined && approved.expiresMs > nowMs) {
      return { state: 'approved', approver: approved.approver };
    }
    const entry = this.#entries.get(keyOf(key));
    if (entry === undefined) return { state: 'none' };
    this.#entries.set(keyOf(key), { ...entry, request: { ...entry.request, lastMs: nowMs } });
    return { state: entry.isRejected ? 'rejected' : 'waiting' };
  }

  /** False: too many wait. */
  add(facts: RequestFacts, nowMs: number): boolean {
    this.#forget(nowMs);
    if (!this.#hasRoom(facts)) return false;
    const request = { ...facts, firstMs: nowMs, lastMs: nowMs };
    this.#entries.set(keyOf(facts), { request, isRejected: false });
    return true;
  }

  /** Oldest first, without what was decided. */
  waiting(nowMs: number): readonly NodeRequest[] {
    this.#forget(nowMs);
    return [...this.#entries.values()].filter(({ isRejected }) => !isRejected).map(({ request }) => request);
  }

  find(key: Key): NodeRequest | undefined {
    const entry = this.#entries.get(keyOf(key));
    return entry === undefined || entry.isRejected ? undefined : entry.request;
  }

  approve(approved: ApprovedKey): void {
    this.#entries.delete(keyOf(approved));
    this.#approved.set(keyOf(approved), approved);
  }

  reject(key: Key): void {
    const entry = this.#entries.get(keyOf(key));
    if (entry !== undefined) this.#entries.set(keyOf(key), { ...entry, isRejected: true });
  }

  /** The yes was heard, or is taken back. */
  takeApproval(key: Key): ApprovedKey | undefined {
    const approved = this.#approved.get(keyOf(key));
    this.#approved.delete(keyOf(key));
    return approved;
  }

  approvalsOf(node: string): readonly ApprovedKey[] {
    return [...this.#approved.values()].filter((each) => each.node === node);
  }

  takeExpiredApprovals(nowMs: number): readonly ApprovedKey[] {
    const expired = [...this.#approved.values()].filter(({ expiresMs }) => expiresMs <= nowMs);
    for (const each of expired) this.#approved.delete(keyOf(each));
    return expired;
  }

  #hasRoom({ node, address }: RequestFacts): boolean {
    const { requests, perNode, perAddress } = this.#limits;
    if (this.#entries.size >= requests) return false;
    const all = [...this.#entries.values()].map(({ request }) => request);
    const ofNode = all.filter((each) => each.node === node).length;
    return ofNode < perNode && all.filter((each) => each.address === address).length < perAddress;
  }

  #forget(nowMs: number): void {
    for (const [key, { request }] of this.#entries) {
      if (nowMs - request.lastMs > forgottenAfterMs) this.#entries.delete(key);
    }
  }
}

function keyOf({ node, fingerprint }: Key): string {
  return `${node} ${fingerprint}`;
}
