// Reads the scheduler's job out of a process's cgroups.
// In: /proc/PID/cgroup. Out: the job as Slurm writes it, or null. Slurm names its cgroups, src/plugins/cgroup:
//   v1  4:memory:/slurm/uid_1000/job_123/step_0/task_0           (or /slurm_<node>/…)
//   v2  0::/system.slice/slurmstepd.scope/job_123/step_0/user/task_0   (or …/<node>_slurmstepd.scope/…)

const slurmPath =
  /^\d+:[^:\n]*:\/(?:[^\n]*\/)?(?:slurm(?:_[^/\n]+)?\/uid_\d+|[^/\n]*slurmstepd\.scope)\/job_(\d+)(?:\/|$)/m;

export function jobOfCgroup(text: string): string | null {
  return slurmPath.exec(text)?.[1] ?? null;
}
