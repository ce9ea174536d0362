// The programs that are measured, ours first.
import { createJidi } from './jidi.ts';
import type { Peer } from './peer.ts';

export function createPeers(agentBundle: string | undefined): ReadonlyMap<string, Peer> {
  return new Map([['jidi', createJidi(agentBundle)]]);
}
