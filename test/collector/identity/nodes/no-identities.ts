// For those who run the HTTP server for something else: no node has joined, and none can.
import type { NodeIdentityDoor } from '../../../../collector/http/routes/identity-node-routes.ts';

const none = () => Promise.reject(new Error('there is no store for identities of nodes'));

export const noIdentities: NodeIdentityDoor = {
  authorityHash: `sha256:${'0'.repeat(64)}`,
  tokens: () => [],
  requests: () => [],
  certificates: () => [],
  createTokens: none,
  removeTokens: none,
  approve: none,
  reject: none,
  revoke: none,
};
