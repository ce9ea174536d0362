// What the listeners of agents ask of whoever knows the nodes: with what the collector shows itself, and who may come in.
// Answers come from memory, at once. Implemented by the register of nodes.
import type { CertifiedName } from '../../../shared/identity/node-uri.ts';

/** With what the collector shows itself, and whose certificates it takes. PEM. */
export interface ServerCredentials {
  readonly key: string;
  /** Its own, then those between it and the authority. */
  readonly certificate: string;
  /** More than one while they change. */
  readonly authorities: readonly string[];
  /** Those that sign certificates of nodes themselves. */
  readonly issuers: readonly string[];
}

export interface RefusedNode {
  readonly code: 'foreign-cluster' | 'revoked' | 'superseded' | 'unknown-node';
  /** What to do is in it. */
  readonly message: string;
}

export interface NodeDoor {
  credentials(): ServerCredentials;
  /** Called after each change of the credentials: new connections get the new ones. */
  onCredentials(listener: () => void): void;
  /** null: it may come in. Its certificate was checked already: signature, time and use. */
  refusal(name: CertifiedName): RefusedNode | null;
  /** Told of a node as soon as it may not stay: its open streams end within 5 s. */
  onRefused(listener: (name: CertifiedName) => void): void;
}
