// The processes that a target means. In: /proc. Out: those of a job, of a control group, or below a process, at this moment.
// Bound: the first `mostMembers`; how many more there are is said.
import { truncate } from '../../../shared/text.ts';
import type { Host } from '../../host/host.ts';
import { GridEngineSpool } from '../../jobs/grid-engine-spool.ts';
import { ProcFiles } from '../../processes/proc-files.ts';
import { readProcessFacts } from '../../processes/process-facts.ts';
import { ProcessStat } from '../../processes/process-stat.ts';

/** perf takes them as one argument and opens some files for each of their threads. */
const mostMembers = 2048;
const longestName = 64;

export interface Member {
  readonly pid: number;
  readonly name: string;
  readonly threads: number;
  readonly uid: number;
  readonly localRank: number | null;
}

export interface Members {
  readonly members: readonly Member[];
  /** Those beyond the bound. */
  readonly left: number;
}

interface Listed {
  readonly pid: number;
  readonly parentPid: number;
  readonly startTicks: number;
  readonly threads: number;
  readonly name: string;
}

export function membersOfJob(host: Host, job: string): Members {
  const files = new ProcFiles(host);
  const byGroup = new GridEngineSpool(host).jobsByGroup(host.clock.monotonic());
  return bounded(listProcesses(host, files), (listed) => {
    const facts = readProcessFacts(files, listed, String, byGroup);
    return facts?.job?.job === job ? { uid: facts.uid, localRank: facts.job.localRank } : undefined;
  });
}

/** `path` as /proc/PID/cgroup writes it; groups below it count, too. */
export function membersOfCgroup(host: Host, path: string): Members {
  const files = new ProcFiles(host);
  const folder = path.endsWith('/') ? path : `${path}/`;
  return bounded(listProcesses(host, files), (listed) => {
    const lines = (files.text(`${listed.pid}/cgroup`) ?? '').split('\n');
    // `4:memory:/path`
    const isIn = lines.some((line) => `${line.split(':').slice(2).join(':')}/`.startsWith(folder));
    return isIn ? { uid: uidOf(files, listed), localRank: null } : undefined;
  });
}

/** The process itself and all below it. */
export function membersBelow(host: Host, pid: number): Members {
  const files = new ProcFiles(host);
  const listed = listProcesses(host, files);
  const children = Map.groupBy(listed, ({ parentPid }) => parentPid);
  const found = new Set([pid]);
  for (const parent of found) for (const child of children.get(parent) ?? []) found.add(child.pid);
  return bounded(
    listed.filter((one) => found.has(one.pid)),
    (one) => ({ uid: uidOf(files, one), localRank: null }),
  );
}

function uidOf(files: ProcFiles, listed: Listed): number {
  return readProcessFacts(files, listed, String)?.uid ?? -1;
}

function bounded(
  all: readonly Listed[],
  select: (listed: Listed) => Pick<Member, 'uid' | 'localRank'> | undefined,
): Members {
  const members: Member[] = [];
  let left = 0;
  for (const listed of all) {
    const found = select(listed);
    if (found === undefined) continue;
    if (members.length >= mostMembers) left += 1;
    else members.push({ pid: listed.pid, name: listed.name, threads: listed.threads, ...found });
  }
  return { members, left };
}

function listProcesses(host: Host, files: ProcFiles): Listed[] {
  const stat = new ProcessStat();
  const listed: Listed[] = [];
  for (const name of host.list(host.roots.proc)) {
    if (!/^[1-9]\d{0,9}$/.test(name)) continue;
    if (files.read(`${name}/stat`) !== 'read' || !stat.parse(files.bytes, files.length)) continue;
    // The kernel's own threads run no program.
    if (stat.isKernelThread) continue;
    const { parentPid, startTicks, threads } = stat;
    const text = files.bytes.toString('utf8', stat.nameStart, stat.nameEnd);
    listed.push({ pid: Number(name), parentPid, startTicks, threads, name: truncate(text, longestName) });
  }
  return listed;
}
