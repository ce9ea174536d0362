// The nodes that were let in. In: enrolments, renewals, revocations. Out: whether a certified name may come in, at once, from
// memory; a call as soon as one may not stay.
//
// Invariants: of a node only the epoch that joined last may come in; who is revoked stays out until it joins anew.
import type { CertifiedName } from '../../../shared/identity/node-uri.ts';
import type { RefusedNode } from './node-door.ts';
import type { EnrolledNode } from './node-records.ts';

export class NodeRegister {
  readonly #cluster: string;
  readonly #nodes: Map<string, EnrolledNode>;
  readonly #listeners: ((name: CertifiedName) => void)[] = [];

  constructor(cluster: string, nodes: readonly EnrolledNode[]) {
    this.#cluster = cluster;
    this.#nodes = new Map(nodes.map((node) => [node.node, node]));
  }

  get size(): number {
    return this.#nodes.size;
  }

  find(node: string): EnrolledNode | undefined {
    return this.#nodes.get(node);
  }

  /** By name. */
  list(): readonly EnrolledNode[] {
    return [...this.#nodes.values()].sort((left, right) => (left.node < right.node ? -1 : 1));
  }

  refusal({ cluster, node, epoch }: CertifiedName): RefusedNode | null {
    if (cluster !== this.#cluster) {
      const message = `this is the collector of cluster ${this.#cluster}; set collectors of the agent to those of ${cluster}`;
      return { code: 'foreign-cluster', message };
    }
    const known = this.#nodes.get(node);
    if (known === undefined) {
      return { code: 'unknown-node', message: `node ${node} has not joined here; join it: jidi-agent join` };
    }
    if (known.epoch !== epoch) {
      const message = `another machine has joined as ${node} since; if both are there, give one another name`;
      return { code: 'superseded', message };
    }
    if (known.revokedMs === null) return null;
    const message = `node ${node} was revoked; create a token (jidi node token create ${node}) and join it anew (jidi-agent join --again)`;
    return { code: 'revoked', message };
  }

  onRefused(listener: (name: CertifiedName) => void): void {
    this.#listeners.push(listener);
  }

  /** Let in, certified anew or revoked. */
  put(next: EnrolledNode): void {
    const before = this.#nodes.get(next.node);
    this.#nodes.set(next.node, next);
    if (before !== undefined && before.epoch !== next.epoch) this.#tell(before);
    if (next.revokedMs !== null) this.#tell(next);
  }

  /** What was put last could not be kept: as before, unless it has changed since. */
  takeBack(failed: EnrolledNode, before: EnrolledNode | undefined): void {
    if (this.#nodes.get(failed.node) !== failed) return;
    if (before === undefined) this.#nodes.delete(failed.node);
    else this.#nodes.set(failed.node, before);
  }

  /** Those whose certificates have been over for so long, no longer known; their records are still to be removed. */
  takeExpired(beforeMs: number): readonly EnrolledNode[] {
    const expired = [...this.#nodes.values()].filter(({ expiresMs }) => expiresMs < beforeMs);
    for (const { node } of expired) this.#nodes.delete(node);
    return expired;
  }

  #tell({ node, epoch }: EnrolledNode): void {
    for (const listener of this.#listeners) listener({ cluster: this.#cluster, node, epoch });
  }
}
