// Performance Co-Pilot: pmcd with its Linux and process agents, and a pmlogger that reads both at each interval and writes an
// archive. Of a process it reads what stands in /proc/PID/stat. Values are counted in the archive when it has ended.
import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, type StartedProgram } from '../measuring/started-programs.ts';
import { median } from '../measuring/stopwatch.ts';
import type { Delivered, Peer, PeerSetting, RunningPeer } from './peer.ts';

const run = promisify(execFile);

const programFolder = '/usr/lib/pcp/bin';
const agentFolder = '/var/lib/pcp/pmdas';
const namesFolder = '/var/lib/pcp/pmns';
const hostMetrics =
  `kernel.all.load kernel.all.intr kernel.all.pswitch kernel.all.sysfork kernel.all.pressure kernel.percpu.cpu
  mem.util mem.vmstat.pgfault mem.vmstat.pgmajfault mem.vmstat.pswpin mem.vmstat.pswpout swap disk.dev network.interface
  network.sockstat filesys vfs`.split(/\s+/);
const flagOf: Readonly<Record<string, string>> = { conf: '-c', log: '-l', sock: '-s' };
const processMetrics = ['utime', 'stime', 'rss', 'sname'].map((name) => `proc.psinfo.${name}`);

export const pcp: Peer = {
  name: 'pcp',
  does: 'pmcd and pmlogger: host values and four values of every process, into an archive',
  seesProcesses: true,
  needs: [
    { program: `${programFolder}/pmcd`, debian: 'pcp' },
    { program: 'pmlogger', debian: 'pcp' },
  ],
  start,
};

async function start({ folder, intervalMs, programs }: PeerSetting): Promise<RunningPeer> {
  const port = await freePort();
  const env = { PCP_RUN_DIR: folder, PCP_TMP_DIR: folder, PCP_LOG_DIR: folder, PCP_DERIVED_CONFIG: '' };
  const names = join(folder, 'names');
  const parts = ['root', 'pmcd', 'linux', 'proc'].map((name) => join(namesFolder, `root_${name}`));
  await run(`${programFolder}/pmnsmerge`, ['-a', ...parts, names], { env: { ...process.env, ...env } });
  writeFileSync(join(folder, 'pmcd.conf'), agents());
  const pmcd = programs.start(
    'pmcd',
    [
      `${programFolder}/pmcd`,
      ...`-f -A -i 127.0.0.1 -p ${port} -U ${userInfo().username}`.split(' '),
      ...['conf', 'log', 'sock'].flatMap((kind) => [flagOf[kind] ?? '', join(folder, `pmcd.${kind}`)]),
      '-n',
      names,
    ],
    { env, cwd: folder },
  );
  // Names of process metrics come from their agent, once it runs.
  await pmcd.until(() => hasMetric(port, 'proc.psinfo.utime'));
  const seconds = intervalMs / 1000;
  writeFileSync(
    join(folder, 'log.conf'),
    `log mandatory on ${seconds} sec {\n${[...hostMetrics, ...processMetrics].join('\n')}\n}\n`,
  );
  const archive = join(folder, 'archive');
  const logFile = join(folder, 'pmlogger.log');
  const config = join(folder, 'log.conf');
  const flags = `-h 127.0.0.1:${port} -t ${seconds}sec`.split(' ');
  const logger = programs.start('pmlogger', ['pmlogger', ...flags, '-c', config, '-l', logFile, archive], {
    env,
    cwd: folder,
  });
  await logger.until(() => existsSync(`${archive}.0`));
  return {
    parts: [
      { name: 'pmcd', pid: pmcd.pid },
      { name: 'pmlogger', pid: logger.pid },
    ],
    begin() {},
    end: () => countArchive(archive, logger),
    async close() {},
  };
}

/** -A: whoever asks may see processes; only this bench can ask. */
function agents(): string {
  return `pmcd 2 dso pmcd_init ${agentFolder}/pmcd/pmda_pmcd.so
proc 3 pipe binary ${agentFolder}/proc/pmdaproc -A -d 3
linux 60 pipe binary ${agentFolder}/linux/pmdalinux
`;
}

async function hasMetric(port: number, metric: string): Promise<boolean> {
  return run('pminfo', ['-h', `127.0.0.1:${port}`, metric]).then(
    () => true,
    () => false,
  );
}

/** Values of a usual record of the archive; the first and the last are about the logger itself. */
async function countArchive(archive: string, logger: StartedProgram): Promise<Delivered> {
  await logger.stop();
  const { stdout } = await run('pmdumplog', [archive], { maxBuffer: 1024 * 1024 * 1024 });
  const records = stdout.split(/\n\n(?=\d\d:)/).filter((record) => record.includes('proc.psinfo'));
  return { values: median(records.map((record) => record.match(/ value /g)?.length ?? 0)), facts: {} };
}
