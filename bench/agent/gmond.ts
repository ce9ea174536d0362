// Ganglia's gmond with its usual host values, each told at every interval to this bench by unicast. It sees no processes
// but their number.
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Peer, PeerSetting, RunningPeer } from './peer.ts';
import { startSender } from './sending-peer.ts';
import { openUdpSink } from './udp-sink.ts';

const moduleFolders = [
  '/usr/lib/x86_64-linux-gnu/ganglia',
  '/usr/lib/aarch64-linux-gnu/ganglia',
  '/usr/lib64/ganglia',
];
const modules: Readonly<Record<string, string>> = {
  cpu_module: 'modcpu.so',
  disk_module: 'moddisk.so',
  load_module: 'modload.so',
  mem_module: 'modmem.so',
  net_module: 'modnet.so',
  proc_module: 'modproc.so',
  sys_module: 'modsys.so',
};
/** The volatile ones of the configuration that it ships. */
const metrics =
  `cpu_user cpu_system cpu_idle cpu_nice cpu_aidle cpu_wio cpu_steal load_one load_five load_fifteen proc_run
  proc_total mem_free mem_shared mem_buffers mem_cached swap_free bytes_out bytes_in pkts_in pkts_out disk_total disk_free
  part_max_used`.split(/\s+/);
/** Messages from this number on carry a value; 128 describes a metric. */
const firstValueMessage = 129;

export const gmond: Peer = {
  name: 'gmond',
  does: 'its usual host values, each told at every interval over UDP; no processes',
  seesProcesses: false,
  needs: [{ program: 'gmond', debian: 'ganglia-monitor' }],
  start,
};

async function start({ folder, intervalMs, programs }: PeerSetting): Promise<RunningPeer> {
  const sink = await openUdpSink((datagram) => (datagram.readUInt32BE(0) >= firstValueMessage ? 1 : 0));
  const config = join(folder, 'gmond.conf');
  writeFileSync(config, configOf(intervalMs / 1000, sink.port));
  return await startSender(['gmond', '-f', '-c', config], sink, { intervalMs, programs });
}

function configOf(seconds: number, port: number): string {
  const folder = moduleFolders.find(isFolder) ?? '';
  const loaded = Object.entries(modules).map(
    ([name, file]) => `  module { name = "${name}" path = "${join(folder, file)}" }`,
  );
  return `globals { daemonize = no setuid = no debug_level = 0 mute = no deaf = yes host_dmax = 0 send_metadata_interval = 0 }
cluster { name = "bench" }
udp_send_channel { host = 127.0.0.1 port = ${port} }
modules {
  module { name = "core_metrics" }
${loaded.join('\n')}
}
collection_group {
  collect_every = ${seconds}
  time_threshold = ${seconds}
${metrics.map((name) => `  metric { name = "${name}" }`).join('\n')}
}
`;
}

function isFolder(path: string): boolean {
  try {
    return readdirSync(path).length > 0;
  } catch {
    return false; // Another machine keeps them elsewhere.
  }
}
