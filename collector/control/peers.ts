// Which nodes can be told something now.
// Invariant: at most one peer per node, the one that connected last.
import type { Directive } from '../../shared/model/directive.ts';
import type { ControlPeer } from '../ingest/control-handler.ts';

export class Peers {
  readonly #peers = new Map<string, ControlPeer>();

  add(peer: ControlPeer): void {
    this.#peers.set(peer.node, peer);
  }

  /** Ignores a peer that a newer one has replaced. */
  remove(peer: ControlPeer): void {
    if (this.#peers.get(peer.node) === peer) this.#peers.delete(peer.node);
  }

  has(node: string): boolean {
    return this.#peers.has(node);
  }

  get size(): number {
    return this.#peers.size;
  }

  /** False when the node is not connected or takes nothing more. */
  send(node: string, directive: Directive): boolean {
    return this.#peers.get(node)?.send(directive) ?? false;
  }
}
