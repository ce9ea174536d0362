// collectd with the plugins of a host and of processes, one ProcessMatch for all; its values go to this bench in its own
// binary protocol, as they would to a central collectd.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Peer, PeerSetting, RunningPeer } from './peer.ts';
import { startSender } from './sending-peer.ts';
import { openUdpSink } from './udp-sink.ts';

const hostPlugins =
  `contextswitch cpu df disk entropy fhcount interface irq load memory numa processes protocols swap
  tcpconns uptime users vmem`.split(/\s+/);
/** Part of a datagram that holds values; behind type and length stands how many. */
const valuesPart = 0x0006;

export const collectd: Peer = {
  name: 'collectd',
  does: 'host plugins and processes with a ProcessMatch, sent over UDP',
  seesProcesses: true,
  needs: [{ program: 'collectd', debian: 'collectd-core' }],
  start,
};

async function start({ folder, intervalMs, programs }: PeerSetting): Promise<RunningPeer> {
  const sink = await openUdpSink(countValues);
  const config = join(folder, 'collectd.conf');
  const base = join(folder, 'data');
  mkdirSync(base);
  writeFileSync(config, configOf({ base, folder, intervalMs, port: sink.port }));
  return await startSender(['collectd', '-f', '-C', config], sink, { intervalMs, programs });
}

interface Places {
  readonly base: string;
  readonly folder: string;
  readonly intervalMs: number;
  readonly port: number;
}

function configOf({ base, folder, intervalMs, port }: Places): string {
  const loads = [...hostPlugins, 'logfile', 'network'].map((plugin) => `LoadPlugin ${plugin}`);
  return `Hostname "bench"
FQDNLookup false
BaseDir "${base}"
PIDFile "${join(folder, 'collectd.pid')}"
Interval ${intervalMs / 1000}
${loads.join('\n')}
<Plugin logfile>
  LogLevel "err"
  File "stderr"
</Plugin>
<Plugin processes>
  ProcessMatch "all" ".*"
</Plugin>
<Plugin network>
  Server "127.0.0.1" "${port}"
</Plugin>
`;
}

function countValues(datagram: Buffer): number {
  let values = 0;
  let place = 0;
  while (place + 6 <= datagram.length) {
    if (datagram.readUInt16BE(place) === valuesPart) values += datagram.readUInt16BE(place + 4);
    const length = datagram.readUInt16BE(place + 2);
    if (length < 4) break;
    place += length;
  }
  return values;
}
