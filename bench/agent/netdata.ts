// netdata as a mere agent: its plugins for the host, the filesystems and the processes; no web server, no learning, no
// alarms, no database; it sends nowhere. How many values it makes is asked of another start, with its web server.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort, type Programs, type StartedProgram } from '../measuring/started-programs.ts';
import type { Peer, PeerSetting, RunningPeer } from './peer.ts';

const startedMs = 2_000;
/** Charts appear with their second or third value. */
const chartsAppearMs = 5_000;
const off =
  `cgroups tc idlejitter timex checks perf slabinfo nfacct ioping fping ebpf freeipmi cups xenstat go.d python.d
  charts.d node.d`.split(/\s+/);

export const netdata: Peer = {
  name: 'netdata',
  does: 'proc, diskspace and apps plugins; no web server, database, learning, alarms; sends nowhere',
  seesProcesses: true,
  needs: [{ program: 'netdata', debian: 'netdata-core' }],
  start,
};

async function start(setting: PeerSetting): Promise<RunningPeer> {
  const values = await countValues(setting);
  const program = startNetdata(setting, { name: 'measured', web: 'mode = none', memory: 'none' });
  // It tells nothing when it is ready; that it lives is all there is to see.
  await delay(startedMs);
  if (program.hasEnded) throw new Error(`netdata ended: ${program.output}`);
  return {
    parts: [{ name: 'netdata', pid: program.pid }],
    begin() {},
    end: async () => ({ values, facts: {} }),
    async close() {},
  };
}

async function countValues(setting: PeerSetting): Promise<number> {
  const port = await freePort();
  const web = `mode = static-threaded\n  bind to = 127.0.0.1\n  default port = ${port}`;
  const fast = { ...setting, intervalMs: 1_000 };
  const program = startNetdata(fast, { name: 'counted', web, memory: 'ram' });
  const ask = async (): Promise<string> =>
    (await fetch(`http://127.0.0.1:${port}/api/v1/allmetrics?format=shell`)).text();
  await program.until(() =>
    ask().then(
      () => true,
      () => false,
    ),
  );
  await delay(chartsAppearMs);
  const lines = (await ask()).split('\n').filter((line) => /^NETDATA_[^=]+=/.test(line));
  await program.stop();
  return lines.filter((line) => !line.includes('_VISIBLETOTAL=') && !line.startsWith('NETDATA_ALARM_'))
    .length;
}

interface Mode {
  readonly name: string;
  readonly web: string;
  readonly memory: 'none' | 'ram';
}

function startNetdata(setting: PeerSetting & { programs: Programs }, mode: Mode): StartedProgram {
  const home = join(setting.folder, mode.name);
  for (const folder of ['', 'lib', 'cache', 'log']) mkdirSync(join(home, folder));
  const config = join(home, 'netdata.conf');
  writeFileSync(config, configOf(home, setting.intervalMs / 1000, mode));
  return setting.programs.start('netdata', ['netdata', '-D', '-c', config], {
    cwd: home,
    env: { NETDATA_USER_CONFIG_DIR: home },
  });
}

function configOf(home: string, seconds: number, { web, memory }: Mode): string {
  return `[global]
  run as user = ${process.env['USER'] ?? 'root'}
  hostname = bench
[directories]
  config = ${home}
  lib = ${join(home, 'lib')}
  cache = ${join(home, 'cache')}
  log = ${join(home, 'log')}
[logs]
  debug = none
  error = ${join(home, 'log/error.log')}
  access = none
[db]
  mode = ${memory}
  update every = ${seconds}
[web]
  ${web}
[ml]
  enabled = no
[health]
  enabled = no
[cloud]
  enabled = no
[statsd]
  enabled = no
[plugins]
  proc = yes
  diskspace = yes
  apps = yes
  netdata monitoring = no
  enable running new plugins = no
${off.map((plugin) => `  ${plugin} = no`).join('\n')}
`;
}
