// Finds the control groups of jobs below one hierarchy. In: the mount of the hierarchy, a job's control group.
// Out: folders. Which of them are jobs job-identity.ts decides; here is only where it is worth looking.
// What cannot be listed has no jobs: groups vanish while they are looked at.
import type { Host } from '../host/host.ts';

/** Follows one level: names to go into, as text or as a pattern. */
type Step = string | RegExp;

/** Folders whose children may be jobs, from the root of a hierarchy. */
const places: readonly (readonly Step[])[] = [
  [/^slurm(?:_|$)/, /^uid_\d+$/],
  ['system.slice', /slurmstepd\.scope$/],
  ['pbs_jobs.service', 'jobid'],
  ['pbs_jobs.service', 'jobs'],
  ['pbspro.service', 'jobid'],
  ['pbspro'],
  ['pbspro.slice'],
  ['torque'],
  ['sge'],
  ['UGE'],
  [/^[\w.]+\.slice$/, /^[\w.]+-jobs\.slice$/],
];

const mostPlaces = 256;
const mostLooks = 32;

/** The folders that hold jobs, as paths from the root of the hierarchy, each beginning with a slash. */
export function findJobPlaces(host: Host, mount: string): readonly string[] {
  const top = listFolder(host, mount);
  const found = places.flatMap(([first, ...rest]) =>
    first === undefined
      ? []
      : follow(
          host,
          mount,
          matching(top, first).map((name) => `/${name}`),
          rest,
        ),
  );
  return found.slice(0, mostPlaces);
}

function follow(
  host: Host,
  mount: string,
  folders: readonly string[],
  [step, ...rest]: readonly Step[],
): readonly string[] {
  if (step === undefined) return folders;
  const next = folders.flatMap((folder) => {
    if (typeof step === 'string')
      return exists(host, `${mount}${folder}/${step}`) ? [`${folder}/${step}`] : [];
    return matching(listFolder(host, `${mount}${folder}`), step).map((name) => `${folder}/${name}`);
  });
  return follow(host, mount, next, rest);
}

function matching(names: readonly string[], step: Step): readonly string[] {
  return names.filter((name) => (typeof step === 'string' ? name === step : step.test(name)));
}

/** Any process in the group or in one below it that is not the superuser's tells whose job it is; null when none does. */
export function findOwner(host: Host, folder: string): number | null {
  const waiting = [folder];
  for (let looks = 0; looks < mostLooks; looks += 1) {
    const next = waiting.shift();
    if (next === undefined) return null;
    const uid = ownerOfFirst(host, next);
    if (uid !== null) return uid;
    for (const name of listFolder(host, next)) {
      // Files of control groups have a dot in their name, all but these.
      if (/^(?:step_|task_|user$|\d+$)|\.scope$/.test(name)) waiting.push(`${next}/${name}`);
    }
  }
  return null;
}

function ownerOfFirst(host: Host, folder: string): number | null {
  const pids = readOrNull(host, `${folder}/cgroup.procs`)?.split('\n', 8) ?? [];
  for (const pid of pids) {
    const status = /^\d+$/.test(pid) ? readOrNull(host, `${host.roots.proc}/${pid}/status`) : null;
    // `Uid:` real, effective, saved, file system.
    const uid = Number(/^Uid:\s+\d+\s+(\d+)\s/m.exec(status ?? '')?.[1] ?? 0);
    if (uid > 0) return uid;
  }
  return null;
}

export function listFolder(host: Host, path: string): readonly string[] {
  if (!exists(host, path)) return [];
  try {
    return host.list(path);
  } catch {
    // Closed to us, or gone since: it holds nothing that we could read.
    return [];
  }
}

/** Without an exception, which is dear, for what usually is not there. */
function exists(host: Host, path: string): boolean {
  return host.fileFacts(path)?.isFolder === true;
}

function readOrNull(host: Host, path: string): string | null {
  try {
    return host.readText(path);
  } catch {
    // The group or the process has ended.
    return null;
  }
}
