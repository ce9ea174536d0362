// The process to be sampled. In: a pid and perhaps its start. Out: whom it is, or the reason why it is not there.
import type { ProfiledProcess, ProfileRequest } from '../../shared/model/profile.ts';
import type { Reason } from '../../shared/model/reason.ts';
import type { Host } from '../host/host.ts';
import { ProcFiles } from '../processes/proc-files.ts';
import { readProcessFacts, startTimeOf } from '../processes/process-facts.ts';
import { ProcessStat } from '../processes/process-stat.ts';

/** The kernel tells its boot in whole seconds, and a clock that is set moves it. */
const startToleranceMs = 2000;

export interface Target {
  readonly process: ProfiledProcess;
  readonly uid: number;
  readonly threads: number;
  /** True while that same process lives; a zombie does not. */
  isAlive(): boolean;
}

export function findTarget(request: ProfileRequest, host: Host): Target | Reason {
  const { pid, startTimeMs } = request;
  const files = new ProcFiles(host);
  const found = readStart(files, pid);
  if (found === undefined) return goneReason(pid);
  const { startTicks, threads } = found;
  const started = startTimeOf(startTicks, host.facts);
  if (startTimeMs !== null && Math.abs(started - startTimeMs) > startToleranceMs) {
    return reusedReason(pid, startTimeMs, started);
  }
  const facts = readProcessFacts(files, { pid, startTicks }, (uid) => host.userName(uid));
  if (facts === undefined) return goneReason(pid);
  const { name, command, user, uid } = facts;
  return {
    process: { pid, startTimeMs: started, name, command, user },
    uid,
    threads,
    isAlive: () => readStart(files, pid)?.startTicks === startTicks,
  };
}

export function goneReason(pid: number): Reason {
  return {
    code: 'process-gone',
    message: `process ${pid} does not exist on this node`,
    remedy: 'List the processes of the node again and choose one that runs.',
  };
}

function reusedReason(pid: number, wantedMs: number, foundMs: number): Reason {
  const [wanted, found] = [wantedMs, foundMs].map((ms) => new Date(ms).toISOString());
  return {
    code: 'pid-reused',
    message: `process ${pid} began at ${found}, not at ${wanted}: the number belongs to another process now`,
    remedy: 'List the processes of the node again and choose one that runs.',
  };
}

/** Start in clock ticks after the boot, and threads; undefined when the process has ended. */
function readStart(files: ProcFiles, pid: number): { startTicks: number; threads: number } | undefined {
  const stat = new ProcessStat();
  if (files.read(`${pid}/stat`) !== 'read' || !stat.parse(files.bytes, files.length)) return undefined;
  const { startTicks, threads } = stat;
  const state = String.fromCharCode(stat.state);
  // A process whose first thread has ended goes on in its other threads.
  return (state === 'Z' || state === 'X') && threads <= 1 ? undefined : { startTicks, threads };
}
