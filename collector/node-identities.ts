// Who the nodes are, put together from the configuration. Where nobody has made an authority for them yet, one is made: on one
// machine there is nothing to prepare.
import type { Clock } from '../shared/clock.ts';
import type { Logger } from '../shared/log.ts';
import type { CollectorConfig } from './config.ts';
import { createAuditTrail } from './control/audit-trail.ts';
import type { Reading } from './http/self-metrics.ts';
import { NodeIdentities } from './identity/nodes/node-identities.ts';
import { nodeSettings } from './identity/nodes/node-settings.ts';
import { setUpAuthority } from './identity/nodes/set-up.ts';
import type { Store } from './store/store.ts';

export interface NodeIdentityGrounds {
  readonly store: Store;
  /** A stream of this node is open. */
  readonly isConnected: (node: string) => boolean;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Throws StartError for files that cannot be used. */
export async function openNodeIdentities(
  { dataDir, cluster, names }: CollectorConfig,
  grounds: NodeIdentityGrounds,
): Promise<NodeIdentities> {
  const { store, clock, log } = grounds;
  if (await setUpAuthority(dataDir, { cluster, names }, clock.now())) {
    const known = await store.identities('node');
    if (known.length === 0) log.info('an authority for nodes was made');
    else
      log.warn(
        { nodes: known.length },
        'there was no authority for nodes: a new one was made, all must join again',
      );
  }
  const settings = nodeSettings(dataDir, { cluster, names });
  return NodeIdentities.open({ ...grounds, ...settings, dataDir, audit: createAuditTrail(store, clock) });
}

const joinWords: readonly string[] = [
  'certificate',
  'pending',
  'proof-refused',
  'locked-out',
  'rejected',
  'queue-full',
  'busy',
];
const renewalWords: readonly string[] = ['certificate', 'proof-refused', 'not-let-in', 'busy'];
const tokenWords: readonly string[] = ['created', 'used', 'removed', 'expired'];
const callWords: readonly string[] = [
  'hung-up',
  'deadline',
  'too-large',
  'malformed',
  'unreadable',
  'out-of-place',
];

/** As figures of the collector's /metrics. */
export function nodeIdentityReadings(identities: NodeIdentities): readonly Reading[] {
  const { nodes, openTokens, waitingRequests, lockedAddresses, ...expiry } = identities.state;
  const { joins, renewals, tokens, calls, unreadable } = identities.statistics;
  return [
    { name: 'identity_nodes', help: 'Nodes that have joined.', value: nodes },
    { name: 'identity_open_tokens', help: 'Tokens of nodes that are not used yet.', value: openTokens },
    {
      name: 'identity_waiting_requests',
      help: 'Nodes that a person has to decide about.',
      value: waitingRequests,
    },
    {
      name: 'identity_locked_addresses',
      help: 'Addresses that may not join for now, after failed attempts.',
      value: lockedAddresses,
    },
    {
      name: 'identity_authority_expires_seconds',
      help: 'When the authority of nodes expires, since the Unix epoch.',
      value: expiry.authorityExpiresMs / 1000,
    },
    {
      name: 'identity_server_expires_seconds',
      help: 'When the certificate of the collector for agents expires, since the Unix epoch.',
      value: expiry.serverExpiresMs / 1000,
    },
    {
      name: 'identity_unreadable_total',
      help: 'Stored identities of nodes that say nothing.',
      value: unreadable,
    },
    ...byWord(['identity_joins_total', 'Attempts to join, by what became of them.'], joinWords, joins),
    ...byWord(
      ['identity_renewals_total', 'Attempts to renew, by what became of them.'],
      renewalWords,
      renewals,
    ),
    ...byWord(['identity_tokens_total', 'Tokens of nodes, by what became of them.'], tokenWords, tokens),
    ...byWord(
      ['identity_calls_ended_total', 'Calls to join or renew that ended with a refusal.'],
      callWords,
      calls,
    ),
  ];
}

/** Each word from the start, so that the first of a kind is seen as a rise. */
function byWord(
  [name, help]: readonly [name: string, help: string],
  words: readonly string[],
  counts: ReadonlyMap<string, number>,
): readonly Reading[] {
  return [...new Set([...words, ...counts.keys()])].map((outcome) => ({
    name,
    help,
    value: counts.get(outcome) ?? 0,
    labels: { outcome },
  }));
}
