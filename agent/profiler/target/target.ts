// What is to be sampled. In: the target of a request. Out: what perf is told, whom it shows, or the reason why it is not there.
import type { ProcessTarget, ProfiledProcess, ProfileTarget } from '../../../shared/model/profile.ts';
import type { Reason } from '../../../shared/model/reason.ts';
import type { Host } from '../../host/host.ts';
import { ProcFiles } from '../../processes/proc-files.ts';
import { readProcessFacts, startTimeOf } from '../../processes/process-facts.ts';
import { ProcessStat } from '../../processes/process-stat.ts';
import * as reasons from '../reasons.ts';
import { type Member, type Members, membersBelow, membersOfCgroup, membersOfJob } from './members.ts';

/** The kernel tells its boot in whole seconds, and a clock that is set moves it. */
const startToleranceMs = 2000;

export interface Target {
  /** What it is, for sentences: `process 42`, `job 7`. */
  readonly name: string;
  /** null where it is not one process. */
  readonly process: ProfiledProcess | null;
  /** Arguments of perf record. */
  readonly perfArguments: readonly string[];
  /** Whose processes they are. */
  readonly uids: readonly number[];
  readonly threads: number;
  /** Only these of its threads; null: all. */
  readonly tids: readonly number[] | null;
  readonly members: ReadonlyMap<number, Member>;
  /** False: samples of processes that began meanwhile are left out. */
  readonly isOpen: boolean;
  /** How many processes found no room. */
  readonly left: number;
  /** True while any of it lives; a zombie does not. */
  isAlive(): boolean;
  /** What the process runs by now; null where it is not one process, or has ended. */
  nameNow(): string | null;
  /** Why what was sampled may be another process that has the number now; null where it is not. */
  stranger(): Reason | null;
}

export function findTarget(target: ProfileTarget, host: Host): Target | Reason {
  switch (target.kind) {
    case 'process':
      return findProcess(target, host);
    case 'job':
      return ofMembers(`job ${target.job}`, membersOfJob(host, target.job), host);
    case 'cgroup':
      return ofMembers(`control group ${target.path}`, membersOfCgroup(host, target.path), host);
    case 'node':
      return {
        name: 'the node',
        process: null,
        perfArguments: ['--all-cpus'],
        uids: [],
        threads: host.facts.cpuCount,
        tids: null,
        members: new Map(),
        isOpen: true,
        left: 0,
        isAlive: () => true,
        nameNow: () => null,
        stranger: () => null,
      };
  }
}

function findProcess(target: ProcessTarget, host: Host): Target | Reason {
  const { pid, startTimeMs } = target;
  const files = new ProcFiles(host);
  const found = readStart(files, pid);
  if (found === undefined) return reasons.processGone(pid);
  const { startTicks, threads } = found;
  const started = startTimeOf(startTicks, host.facts);
  if (startTimeMs !== null && Math.abs(started - startTimeMs) > startToleranceMs) {
    return reasons.pidReused(pid, startTimeMs, started);
  }
  const facts = readProcessFacts(files, { pid, startTicks }, (uid) => host.userName(uid));
  if (facts === undefined) return reasons.processGone(pid);
  const { name, command, user, uid, job } = facts;
  const itself = { pid, name, threads, uid, localRank: job?.localRank ?? null };
  const below = target.withChildren
    ? ofOneUser(membersBelow(host, pid), uid)
    : { members: [itself], left: 0 };
  const stray = target.threads?.find((thread) => !isThreadOf(files, thread, below.members));
  if (stray !== undefined) return reasons.threadElsewhere(pid, stray);
  return {
    name: `process ${pid}`,
    process: { pid, startTimeMs: started, name, command, user },
    uids: [uid],
    threads: target.threads?.length ?? sum(below.members),
    tids: target.threads,
    ...perfTarget(below, target.threads),
    isOpen: target.withChildren,
    isAlive: () => readStart(files, pid)?.startTicks === startTicks,
    nameNow: () => readProcessFacts(files, { pid, startTicks }, String)?.name ?? null,
    stranger: () => {
      const now = readStart(files, pid);
      // Its children go on without it.
      if (target.withChildren || now === undefined || now.startTicks === startTicks) return null;
      return reasons.pidReused(pid, started, startTimeOf(now.startTicks, host.facts));
    },
  };
}

function ofMembers(name: string, found: Members, host: Host): Target | Reason {
  const { members } = found;
  if (members.length === 0) return reasons.nothingThere(name);
  const files = new ProcFiles(host);
  return {
    name,
    process: null,
    uids: [...new Set(members.map(({ uid }) => uid))],
    threads: sum(members),
    tids: null,
    ...perfTarget(found, null),
    isOpen: true,
    isAlive: () => members.some(({ pid }) => readStart(files, pid) !== undefined),
    nameNow: () => null,
    stranger: () => null,
  };
}

/** Who profiles a process of a user is not shown what that one started as somebody else; of root's processes all are shown. */
function ofOneUser({ members, left }: Members, uid: number): Members {
  return { members: members.filter((member) => uid === 0 || member.uid === uid), left };
}

/** perf would follow a thread of any process that it is told. */
function isThreadOf(files: ProcFiles, thread: number, members: readonly Member[]): boolean {
  const process = Number(/^Tgid:\s*(\d+)$/m.exec(files.text(`${thread}/status`) ?? '')?.[1]);
  return members.some(({ pid }) => pid === process);
}

function perfTarget({ members, left }: Members, threads: readonly number[] | null) {
  const pids = members.map(({ pid }) => pid).join(',');
  return {
    perfArguments: threads === null ? ['--pid', pids] : ['--tid', threads.join(',')],
    members: new Map(members.map((member) => [member.pid, member])),
    left,
  };
}

function sum(members: readonly Member[]): number {
  return members.reduce((all, { threads }) => all + threads, 0);
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
