// Whom a profile of a simulated node samples. In: the target, the node's processes. Out: the processes; or why there are none.
import type { ProcessSample } from '../../../shared/model/process.ts';
import type { ProfileTarget } from '../../../shared/model/profile.ts';
import type { Reason } from '../../../shared/model/reason.ts';
import { targetName } from '../../../shared/profile-target.ts';

export function profiledProcesses(
  target: ProfileTarget,
  all: readonly ProcessSample[],
): readonly ProcessSample[] | Reason {
  const found = processesOf(target, all);
  if (found.length > 0) return found;
  return {
    code: target.kind === 'process' ? 'process-gone' : 'target-empty',
    message: `${nameOf(target)}: nothing of it runs on this node`,
    remedy: 'Choose a process of the list: jidi top NODE.',
  };
}

function nameOf(target: ProfileTarget): string {
  return target.kind === 'process' ? `process ${target.pid}` : targetName(target);
}

function processesOf(target: ProfileTarget, all: readonly ProcessSample[]): readonly ProcessSample[] {
  switch (target.kind) {
    case 'process': {
      const { pid, withChildren } = target;
      return withChildren ? familyOf(pid, all) : all.filter((process) => process.pid === pid);
    }
    case 'job':
      return all.filter(({ job, localRank }) => job === target.job && localRank !== null);
    case 'cgroup':
      return inGroup(target.path, all);
    case 'node':
      return all;
  }
}

function familyOf(pid: number, all: readonly ProcessSample[]): readonly ProcessSample[] {
  const family = new Set([pid]);
  // A child has a larger number than its parent here.
  const sorted = all.toSorted((a, b) => a.pid - b.pid);
  for (const process of sorted) if (family.has(process.parentPid)) family.add(process.pid);
  return sorted.filter((process) => family.has(process.pid));
}

/** As Slurm and systemd name their groups: /…/job_ID/…, /…/NAME.service; the root has all. */
function inGroup(path: string, all: readonly ProcessSample[]): readonly ProcessSample[] {
  const job = /job_([^/]+)/.exec(path)?.[1];
  if (job !== undefined) return all.filter((process) => process.job === job);
  const service = /([^/]+)\.service/.exec(path)?.[1];
  if (service !== undefined) return all.filter(({ name }) => name.startsWith(service.slice(0, 15)));
  return path === '/' ? all : [];
}
