// The programs that are measured, ours first.
import { collectd } from './collectd.ts';
import { exporters } from './exporters.ts';
import { gmond } from './gmond.ts';
import { createJidi } from './jidi.ts';
import { netdata } from './netdata.ts';
import { pcp } from './pcp.ts';
import type { Peer } from './peer.ts';

export function createPeers(agentBundle: string | undefined): ReadonlyMap<string, Peer> {
  return new Map([
    ['jidi', createJidi(agentBundle)],
    ['exporters', exporters],
    ['netdata', netdata],
    ['collectd', collectd],
    ['pcp', pcp],
    ['gmond', gmond],
  ]);
}
