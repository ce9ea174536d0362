// Whether this user may see what other users' processes read and write. In: a host, the pids that are there. Out: a
// finding. It tries a few of them; one alone, as process 1, may be closed for a reason of its own.
import { errorCode, errorMessage } from '../../shared/errors.ts';
import type { Host } from '../host/host.ts';
import { readPerfAccess } from '../profiler/perf/perf-access.ts';
import { type Finding, good, lacking } from './finding.ts';

const subject = 'I/O of processes';
const mostTried = 8;
/** So many are asked whose they are. */
const mostAsked = 2_000;

interface Refused {
  readonly pid: string;
  readonly error: unknown;
}

export function examineProcessIo(host: Host, pids: readonly string[]): Finding {
  const { uid } = readPerfAccess(host.roots.proc);
  const tried = processesOfOthers(host, pids, uid);
  const refused: Refused[] = [];
  let readable = 0;
  for (const pid of tried) {
    try {
      host.readBytes(`${host.roots.proc}/${pid}/io`);
      readable += 1;
    } catch (error) {
      if (hasEnded(host, pid)) continue;
      refused.push({ pid, error });
    }
  }
  if (refused.length === 0) return good(subject, `/proc/PID/io can be read (tried: ${readable})`);
  if (readable > 0) {
    const closed = refused.map(({ pid }) => pid).join(', ');
    return good(
      subject,
      `/proc/PID/io can be read for ${readable} of ${tried.length} tried; not for ${closed}`,
    );
  }
  return lackingIo(refused, uid);
}

function lackingIo(refused: readonly Refused[], uid: number): Finding {
  const [first] = refused;
  if (errorCode(first?.error) === 'ENOENT') {
    const remedy = 'Boot a kernel with CONFIG_TASK_IO_ACCOUNTING.';
    return lacking(subject, 'the kernel has no /proc/PID/io', remedy);
  }
  const count = refused.length === 1 ? '' : ` (as ${refused.length - 1} more)`;
  const remedy =
    uid === 0
      ? 'This root has no CAP_SYS_PTRACE, as in a container: give it that, e.g. --cap-add SYS_PTRACE, or run outside.'
      : 'Run the agent as root, or give it `AmbientCapabilities=CAP_SYS_PTRACE CAP_DAC_READ_SEARCH` in its unit, which is not much ' +
        'less (docs/privileges.md).';
  return lacking(
    subject,
    `${errorMessage(first?.error)}${count}: only processes of this user are told`,
    remedy,
  );
}

/** A few of them; where there are none, a few of this user's. */
function processesOfOthers(host: Host, pids: readonly string[], uid: number): readonly string[] {
  const others: string[] = [];
  for (const pid of pids.slice(0, mostAsked)) {
    if (others.length === mostTried) break;
    const owner = host.fileFacts(`${host.roots.proc}/${pid}`)?.uid;
    if (pid !== '1' && owner !== undefined && owner !== uid) others.push(pid);
  }
  return others.length > 0 ? others : pids.slice(0, mostTried);
}

function hasEnded(host: Host, pid: string): boolean {
  return host.fileFacts(`${host.roots.proc}/${pid}`) === null;
}
