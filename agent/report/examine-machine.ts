// What the doctor finds on the machine itself: processes, schedulers, perf. In: a host. Out: findings.
// It reads; it changes nothing.
import { errorMessage } from '../../shared/errors.ts';
import type { Host } from '../host/host.ts';
import { findPerf } from '../profiler/perf/find-perf.ts';
import { eventFor, type PerfAccess, readPerfAccess, refusalReason } from '../profiler/perf/perf-access.ts';
import { examineProcessIo } from './examine-process-io.ts';
import { absent, type Finding, failed, good, lacking } from './finding.ts';

const daemons: ReadonlyMap<string, string> = new Map([
  ['slurmd', 'Slurm'],
  ['slurmctld', 'Slurm'],
  ['pbs_mom', 'PBS'],
  ['pbs_server', 'PBS'],
  ['sge_execd', 'Grid Engine'],
  ['sge_qmaster', 'Grid Engine'],
]);
/** Anybody may name a process so. */
const mostToldDaemons = 8;
const processLimit = 50_000;

export function examineMachine(host: Host): readonly Finding[] {
  const names = processNames(host);
  return [
    names instanceof Map
      ? good('processes', `${names.size} processes`)
      : failed('processes', names, 'Mount /proc.'),
    processHiding(host),
    examineProcessIo(host, names instanceof Map ? [...names.keys()] : []),
    schedulers(names instanceof Map ? names : new Map()),
  ];
}

/** Whether this user may profile. */
export function examinePerf(perfPath: string | null, searchPath: string, procRoot = '/proc'): Finding {
  const access = readPerfAccess(procRoot);
  const program = examineServedPerf(searchPath, procRoot, perfPath);
  if (program.state !== 'good' || mayProfileRoot(access)) return program;
  // Process 1 belongs to root: whoever may sample it may sample all.
  const { message, remedy } = refusalReason(access, 0);
  return { ...lacking('perf', `process 1, for example: ${message}`, remedy ?? ''), found: program.found };
}

/** Whether there is what a service with the right to it needs. */
export function examineServedPerf(
  searchPath: string,
  procRoot = '/proc',
  perfPath: string | null = null,
): Finding {
  const perf = findPerf(perfPath, searchPath);
  if (perf === undefined) {
    const remedy =
      perfPath === null
        ? 'Install perf (linux-perf on Debian, linux-tools on Ubuntu, perf on others), or name it: profiler.perf.'
        : 'Mend profiler.perf in the configuration.';
    return lacking('perf', perfPath === null ? 'no perf program found' : `${perfPath} is no program`, remedy);
  }
  const { paranoid } = readPerfAccess(procRoot);
  if (paranoid === null) {
    return lacking('perf', 'the kernel has no perf events', 'Boot a kernel with CONFIG_PERF_EVENTS.');
  }
  return good('perf', `${perf}, kernel.perf_event_paranoid ${paranoid}`);
}

/** With a capability any process, else root its own. */
function mayProfileRoot(access: PerfAccess): boolean {
  const hasCapability = eventFor({ ...access, paranoid: 4 }) === 'cpu-clock';
  return hasCapability || (access.uid === 0 && eventFor(access) === 'cpu-clock');
}

/** pid → command name; or why not. */
function processNames(host: Host): Map<string, string> | string {
  let pids: readonly string[];
  try {
    pids = host.list(host.roots.proc).filter((name) => /^\d+$/.test(name));
  } catch (error) {
    return errorMessage(error);
  }
  const names = new Map<string, string>();
  for (const pid of pids.slice(0, processLimit)) {
    try {
      names.set(pid, host.readText(`${host.roots.proc}/${pid}/comm`));
    } catch {
      // It has ended meanwhile, or is hidden; the latter has a finding of its own.
    }
  }
  return names;
}

function processHiding(host: Host): Finding {
  const subject = 'processes of others';
  const mount = readOr(host, `${host.roots.proc}/self/mounts`, '')
    .split('\n')
    .find((line) => / \/proc proc /.test(line));
  const hidepid = /[ ,]hidepid=(\w+)/.exec(mount ?? '')?.[1] ?? '0';
  if (hidepid === '0' || hidepid === 'off') return good(subject, 'hidepid off');
  if (canRead(host, `${host.roots.proc}/1/stat`)) {
    return good(subject, `hidepid=${hidepid}, and this user sees all processes`);
  }
  return lacking(
    subject,
    `/proc is mounted with hidepid=${hidepid}: this user sees only its own processes`,
    'Mount /proc with gid= of a group that the agent is in (SupplementaryGroups= in its unit).',
  );
}

function schedulers(names: ReadonlyMap<string, string>): Finding {
  const seen = [...names].flatMap(([pid, name]) => {
    const scheduler = daemons.get(name);
    return scheduler === undefined ? [] : [`${scheduler} (${name}, pid ${pid})`];
  });
  const more = seen.length - mostToldDaemons;
  return seen.length > 0
    ? good('scheduler', seen.slice(0, mostToldDaemons).join(', ') + (more > 0 ? ` and ${more} more` : ''))
    : absent(
        'scheduler',
        'no daemon of Slurm, PBS or Grid Engine runs here',
        'None is needed on such a node.',
      );
}

function canRead(host: Host, path: string): boolean {
  try {
    host.readBytes(path);
    return true;
  } catch {
    // Whatever the reason: it is hidden from us.
    return false;
  }
}

function readOr(host: Host, path: string, otherwise: string): string {
  try {
    return host.readText(path);
  } catch {
    // Without the file nothing is known of mounts, and nothing is said.
    return otherwise;
  }
}
