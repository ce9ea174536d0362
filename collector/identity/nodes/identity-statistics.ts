// What the identities of nodes count. Plain figures; who shows them reads them when asked.

export interface NodeIdentityStatistics {
  /** Attempts to join, by what became of them. */
  readonly joins: Map<string, number>;
  /** Attempts to renew, by what became of them. */
  readonly renewals: Map<string, number>;
  /** Tokens, by what became of them: created, used, removed, expired. */
  readonly tokens: Map<string, number>;
  /** Calls to join or renew that ended before anything was decided, by reason. */
  readonly calls: Map<string, number>;
  /** Stored records that say nothing. */
  unreadable: number;
}

/** How it is at this moment. */
export interface NodeIdentityState {
  readonly nodes: number;
  readonly openTokens: number;
  readonly waitingRequests: number;
  readonly lockedAddresses: number;
  /** Ms since the Unix epoch. */
  readonly authorityExpiresMs: number;
  readonly serverExpiresMs: number;
}

export function createNodeIdentityStatistics(): NodeIdentityStatistics {
  return { joins: new Map(), renewals: new Map(), tokens: new Map(), calls: new Map(), unreadable: 0 };
}
