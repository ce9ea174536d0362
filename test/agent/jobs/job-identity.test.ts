import { describe, expect, test } from 'vitest';
import { parseJobPath, parseProcessCgroup } from '../../../agent/jobs/job-identity.ts';

type Row = readonly [string, string, string, string, string | null, number | null];

describe('parseJobPath', () => {
  test.each<Row>([
    ['Slurm v1', '/slurm/uid_1000/job_123/step_0/task_1', 'slurm', '123', '0', 1],
    ['Slurm v1, job', '/slurm/uid_1000/job_123', 'slurm', '123', null, null],
    ['Slurm v1, node name', '/slurm_n1/uid_0/job_77/step_batch', 'slurm', '77', 'batch', null],
    ['Slurm v1 in a container', '/kubepods/slurm/uid_0/job_77', 'slurm', '77', null, null],
    ['Slurm, step by number', '/slurm/uid_0/job_7/step_4294967291/task_0', 'slurm', '7', 'batch', 0],
    ['Slurm v2', '/system.slice/slurmstepd.scope/job_42/step_3/user/task_12', 'slurm', '42', '3', 12],
    ['Slurm v2, own part', '/system.slice/slurmstepd.scope/job_42/step_3/slurm', 'slurm', '42', '3', null],
    [
      'Slurm v2, special',
      '/system.slice/n1_slurmstepd.scope/job_4/step_extern/user/task_special',
      'slurm',
      '4',
      'extern',
      null,
    ],
    ['Slurm, removed', '/slurm/uid_1/job_5/step_0/task_0 (deleted)', 'slurm', '5', '0', 0],
    ['Slurm, several components', '/slurm/uid_1/job_5/step_0+1/task_0', 'slurm', '5', '0+1', 0],
    ['Slurm, odd step', '/slurm/uid_1/job_5/step_constructor', 'slurm', '5', 'constructor', null],
    ['PBS', '/pbs_jobs.service/jobid/123.server', 'pbs', '123.server', null, null],
    ['PBS v2', '/pbs_jobs.service/jobs/123.pbs-1.example.org', 'pbs', '123.pbs-1.example.org', null, null],
    ['PBS array', '/pbs_jobs.service/jobid/123[4].server', 'pbs', '123[4].server', null, null],
    ['PBS older', '/pbspro/9.server', 'pbs', '9.server', null, null],
    ['PBS as a unit', '/pbspro.slice/pbspro-12\\x5b3\\x5d.server.slice', 'pbs', '12[3].server', null, null],
    ['TORQUE', '/torque/5.head/x', 'pbs', '5.head', null, null],
    ['Grid Engine', '/sge/123.4/5678', 'sge', '123.4', null, null],
    ['Univa', '/UGE/3000000082.1', 'sge', '3000000082.1', null, null],
    ['scope', '/ocs6444.slice/ocs6444-jobs.slice/ocs6444.12.scope', 'sge', '12', null, null],
    ['scope of an array', '/ocs6444.slice/ocs6444-jobs.slice/ocs6444.12.3.scope', 'sge', '12.3', null, null],
    [
      'scope of a parallel job',
      '/o.slice/o-jobs.slice/o-jobs-12.slice/o.12.master.scope',
      'sge',
      '12',
      'master',
      null,
    ],
    [
      'scope of its task',
      '/o.slice/o-jobs.slice/o-jobs-12.slice/o.12.1.n02.scope',
      'sge',
      '12',
      '1.n02',
      null,
    ],
  ])('%s', (_, path, scheduler, job, step, localRank) => {
    expect(parseJobPath(path)).toEqual({ scheduler, job, step, localRank });
  });

  test.each([
    '/',
    '',
    '/system.slice/slurmstepd.scope/system',
    '/system.slice/slurmd.service',
    '/user.slice/job_5/step_0',
    '/user.slice/user-1000.slice/user@1000.service/slurmstepd.scope/job_5/step_0',
    '/pod/user@1000.service/slurm/uid_0/job_9',
    '/slurm/uid_1000/job_x1/step_0',
    '/slurm/uid_1000/job_12x',
    '/slurm/uid_10',
    '/pbs_jobs.service/jobid',
    '/pbs_jobs.service/jobid/evil',
    '/sge/123',
    '/sge/0',
    '/a.slice/a-jobs.slice/b.12.scope',
  ])('%j is no job', (path) => {
    expect(parseJobPath(path)).toBeNull();
  });
});

describe('parseProcessCgroup', () => {
  test('takes the hierarchy that says most', () => {
    const text =
      '9:name=systemd:/system.slice/slurmd.service\n5:freezer:/slurm/uid_1/job_5/step_0\n' +
      '4:memory:/slurm/uid_1/job_5/step_0/task_2\n0::/\n';
    expect(parseProcessCgroup(text)).toMatchObject({ job: '5', step: '0', localRank: 2 });
  });

  test('the rank of the accounting is the one in the whole step: not the one on the node', () => {
    const accounting = '8:cpu,cpuacct:/slurm/uid_1/job_5/step_0/task_3\n';
    const memory = '4:memory:/slurm/uid_1/job_5/step_0/task_1\n';
    expect(parseProcessCgroup(accounting + memory)).toMatchObject({ step: '0', localRank: 1 });
    expect(parseProcessCgroup(accounting)).toMatchObject({ job: '5', step: '0', localRank: null });
  });

  test.each(['', '0::/\n', '4:memory:/slurm/uid_1/job_5', ':\n::\n4\n', 'garbage\n\n/slurm/uid_1/job_5\n'])(
    '%j is no job',
    (text) => {
      expect(parseProcessCgroup(text)).toBeNull();
    },
  );

  test('a hostile path does not take minutes: the deadline of a test is enough', () => {
    const path = `0::/${'slurm_'.repeat(20_000)}\n0::/pbspro/1${'.a'.repeat(20_000)}!\n`;
    expect(parseProcessCgroup(path)).toBeNull();
  });
});
