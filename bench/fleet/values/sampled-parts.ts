// Whom a profile of a simulated node shows. In: processes, and how the job on the node goes on. Out: their threads with what each
// of them does.
import type { ProcessSample } from '../../../shared/model/process.ts';
import type { ProfiledThread } from '../../../shared/model/profile.ts';
import { type Application, applications } from './application.ts';
import { type CallPaths, callPathsOf } from './call-paths.ts';
import type { SampledPart } from './stacks.ts';

/** How the job of a node goes on. */
export interface JobPace {
  readonly seed: number;
  readonly nodes: number;
  /** Local rank on this node that the others wait for; null: it is on another one. */
  readonly slowRank: number | null;
}

/** Of a process; a real one may have more, and most of them sleep. */
const mostThreads = 24;

/** The application that starts this program; null for anything else. */
export function applicationOf(name: string): Application | null {
  return applications.find(({ program }) => program.slice(0, 15) === name) ?? null;
}

export function sampledParts(
  processes: readonly ProcessSample[],
  pace: JobPace | null,
  threads: readonly number[] | null,
): SampledPart[] {
  const pathsOf = new Map<string, CallPaths>();
  const parts = processes.flatMap((process) => {
    const application = process.job === null ? null : applicationOf(process.name);
    const key = `${application?.name ?? ''}/${process.name}`;
    const paths = pathsOf.get(key) ?? callPathsOf(application, process.name);
    pathsOf.set(key, paths);
    return threadsOf(process, application).map((thread, index): SampledPart => {
      const rank = process.localRank ?? index;
      const kind = kindOf(application, paths, index);
      const isSlow = pace !== null && process.localRank === pace.slowRank;
      return { thread, paths, kind, rank, isSlow, seed: pace?.seed ?? process.pid };
    });
  });
  return threads === null ? parts : parts.filter(({ thread }) => threads.includes(thread.tid));
}

function threadsOf(process: ProcessSample, application: Application | null): ProfiledThread[] {
  const { pid, name, localRank } = process;
  const count = application === null ? 1 : Math.min(process.threads, mostThreads);
  return Array.from({ length: count }, (_, index) => ({
    pid,
    tid: pid + index,
    process: name,
    name: index === 0 ? name : application?.ranks === 'core' ? 'ucx_async' : `${name}-${index}`.slice(-15),
    localRank,
  }));
}

/** Beside the main thread of a rank only the library listens; other programs let all their threads work. */
function kindOf(application: Application | null, paths: CallPaths, index: number): SampledPart['kind'] {
  if (application === null) return 'server';
  if (application.ranks === 'core' && index > 0) return 'server';
  return paths.communicate.length > 0 ? 'rank' : 'worker';
}
