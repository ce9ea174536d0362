// What a listener with certificates asks of whoever knows the nodes. Answers come from memory, at once.
import type { CertifiedName } from '../../shared/identity/node-uri.ts';

export interface NodeGate {
  /** PEM. */
  credentials(): GateCredentials;
  onCredentials(listener: () => void): void;
  /** null: it may come in. */
  refusal(name: CertifiedName): GateRefusal | null;
  onRefused(listener: (name: CertifiedName) => void): void;
}

export interface GateCredentials {
  readonly key: string;
  readonly certificate: string;
  readonly authorities: readonly string[];
  /**
   * Those that sign certificates of nodes themselves, where that are not the authorities: under an authority of a site there are
   * others, which have no say here.
   */
  readonly issuers?: readonly string[];
}

export interface GateRefusal {
  readonly code: string;
  readonly message: string;
}
