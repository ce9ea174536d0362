// Whether a certificate is by one of those that certify nodes, and not only by somebody below the same authority: a site has more
// of those. In: the gate, peers. Out: yes or no.
//
// Invariant: a signature is checked once for each peer, and again after the credentials have changed.
import { X509Certificate } from 'node:crypto';
import type { NodeGate } from './node-gate.ts';
import type { NodePeer } from './node-peer.ts';

export class NodeIssuers {
  readonly #gate: NodeGate;
  #issuers: readonly X509Certificate[] = [];
  #checked = new WeakMap<NodePeer, boolean>();

  constructor(gate: NodeGate) {
    this.#gate = gate;
    this.#read();
    gate.onCredentials(() => this.#read());
  }

  haveSigned(peer: NodePeer): boolean {
    const known = this.#checked.get(peer);
    if (known !== undefined) return known;
    const { certificate } = peer;
    const isSigned = this.#issuers.some((issuer) => certificate.verify(issuer.publicKey));
    this.#checked.set(peer, isSigned);
    return isSigned;
  }

  #read(): void {
    const { issuers, authorities } = this.#gate.credentials();
    this.#issuers = (issuers ?? authorities).map((pem) => new X509Certificate(pem));
    this.#checked = new WeakMap();
  }
}
