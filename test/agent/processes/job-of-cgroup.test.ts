import { expect, test } from 'vitest';
import { jobOfCgroup } from '../../../agent/processes/job-of-cgroup.ts';

test.each([
  ['v1', '9:name=systemd:/\n4:memory:/slurm/uid_1000/job_123/step_0/task_0\n0::/\n', '123'],
  ['v1, several slurmd per host', '3:cpuset:/slurm_n1/uid_0/job_77/step_batch\n', '77'],
  ['v1 below a container', '3:cpuset:/kubepods/slurm/uid_0/job_77\n', '77'],
  ['v2', '0::/system.slice/slurmstepd.scope/job_4242/step_0/user/task_0\n', '4242'],
  ['v2, several slurmd per host', '0::/system.slice/n1_slurmstepd.scope/job_4/step_extern/slurm\n', '4'],
  ['no job', '0::/system.slice/slurmstepd.scope/system\n', null],
  ['slurmd itself', '0::/system.slice/slurmd.service\n', null],
  ['a folder that a user named so', '0::/user.slice/job_5/step_0\n', null],
  ['no digits', '4:memory:/slurm/uid_1000/job_x1/step_0\n', null],
  ['cut', '4:memory:/slurm/uid_10', null],
  ['empty', '', null],
])('jobOfCgroup: %s', (_, text, job) => {
  expect(jobOfCgroup(text)).toBe(job);
});
