// Says which job of which scheduler a control group belongs to. In: a path of a control group, or /proc/PID/cgroup.
// Out: scheduler, job, step, local rank; null for what is no job. It refuses what users may make below their own slice.
// Where the schedulers put their jobs:
//   Slurm v1        /slurm/uid_1000/job_123/step_0/task_1 (several slurmd on a host: /slurm_<node>/…)
//   Slurm v2        /system.slice/slurmstepd.scope/job_123/step_0/user/task_1 (or …/<node>_slurmstepd.scope/…)
//   PBS             /pbs_jobs.service/jobid/123.server (v2: …/jobs/123.server), older /pbspro/123.server; TORQUE /torque/…
//   Grid Engine     /sge/123.1/<pid of the shepherd>, /UGE/123.1
//   Cluster Sched.  /ocs6444.slice/ocs6444-jobs.slice/ocs6444.123.scope, and for parallel jobs
//                   …/ocs6444-jobs-123.slice/ocs6444.123.master.scope

export type SchedulerName = 'slurm' | 'pbs' | 'sge';

export interface JobIdentity {
  readonly scheduler: SchedulerName;
  /** As the scheduler writes it: `123`, `123[4].server`; Grid Engine's always with its task: `123.1`. */
  readonly job: string;
  /** `0`, `batch`, `extern`, `interactive`; null where the path ends before a step, or the scheduler has none. */
  readonly step: string | null;
  /** The task's number, as its control group is named; null when there is none. */
  readonly localRank: number | null;
}

const slurmPath =
  /\/(?:slurm(?:_[^/]+)?\/uid_\d+|[^/]*slurmstepd\.scope)\/job_(\d{1,20})(?:\/step_([\w+]{1,32})(?:\/(?:user\/)?task_(\d{1,9}))?)?(?=\/| |$)/;
const pbsPath =
  /\/(?:(?:pbs_jobs|pbspro|torque)(?:\.service|\.slice)?\/(?:jobid\/|jobs\/)?|pbspro-)(\d{1,20}(?:\[\d{0,10}\])?(?:\.[A-Za-z0-9][\w.-]{0,127}?)?)(?:\.slice)?(?=\/| |$)/;
const gridEnginePath = /\/(?:sge|SGE|UGE|uge)\/(\d{1,20}\.\d{1,10})(?=\/| |$)/;
/** The slice of a parallel job holds a scope per task; other jobs are one scope. */
const parallelSlicePath =
  /\/([\w.]+)-jobs-(\d{1,20}(?:\.\d{1,10})?)\.slice(?:\/\1\.\2\.([\w.-]{1,64})\.scope)?(?=\/| |$)/;
const scopePath = /\/([\w.]+)-jobs\.slice\/\1\.(\d{1,20}(?:\.\d{1,10})?)\.scope(?=\/| |$)/;

/** Slurm's reserved numbers of steps (slurm/slurm.h), as far as a control group is made for them. */
const namedSteps: ReadonlyMap<string, string> = new Map([
  ['4294967290', 'interactive'],
  ['4294967291', 'batch'],
  ['4294967292', 'extern'],
]);

/** `path` from the root of its hierarchy, beginning with a slash. */
export function parseJobPath(path: string): JobIdentity | null {
  if (isUserMade(path)) return null;
  const plain = path.includes('\\x') ? unescapeUnit(path) : path;
  return parseSlurm(plain) ?? parsePbs(plain) ?? parseGridEngine(plain);
}

/**
 * The content of /proc/PID/cgroup; of several hierarchies the one that says most. Slurm's accounting names its groups,
 * of the controller cpuacct, by the rank in the whole step, all others by the rank on the node: so that one tells no rank.
 */
export function parseProcessCgroup(text: string): JobIdentity | null {
  let best: JobIdentity | null = null;
  let from = 0;
  for (let end = text.indexOf('\n'); end >= 0; from = end + 1, end = text.indexOf('\n', from)) {
    // `4:memory:/slurm/…`: number, controllers, path.
    const path = text.indexOf(':', text.indexOf(':', from) + 1) + 1;
    if (path <= from || path >= end || end - path < 4) continue;
    const found = parseJobPath(text.slice(path, end));
    if (found === null) continue;
    const isAccounting = text.slice(from, path).includes('cpuacct');
    const told = isAccounting ? { ...found, localRank: null } : found;
    if (detailOf(told) > detailOf(best)) best = told;
  }
  return best;
}

function detailOf(identity: JobIdentity | null): number {
  if (identity === null) return 0;
  return 1 + (identity.step === null ? 0 : 1) + (identity.localRank === null ? 0 : 1);
}

/** A user may make groups with any name below the slice that systemd gave away. */
function isUserMade(path: string): boolean {
  return path.startsWith('/user.slice/') || path.includes('/user.slice/') || path.includes('/user@');
}

function parseSlurm(path: string): JobIdentity | null {
  const [, job, step, rank] = slurmPath.exec(path) ?? [];
  if (job === undefined) return null;
  return {
    scheduler: 'slurm',
    job,
    step: step === undefined ? null : (namedSteps.get(step) ?? step),
    localRank: rank === undefined ? null : Number(rank),
  };
}

function parsePbs(path: string): JobIdentity | null {
  const job = pbsPath.exec(path)?.[1];
  return job === undefined ? null : { scheduler: 'pbs', job, step: null, localRank: null };
}

function parseGridEngine(path: string): JobIdentity | null {
  const [, , parallelJob, task] = parallelSlicePath.exec(path) ?? [];
  const job = gridEnginePath.exec(path)?.[1] ?? parallelJob ?? scopePath.exec(path)?.[2];
  return job === undefined ? null : { scheduler: 'sge', job, step: task ?? null, localRank: null };
}

/** systemd writes `[` in a unit's name as `\x5b`. */
function unescapeUnit(path: string): string {
  return path.replace(/\\x([0-9a-f]{2})/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}
