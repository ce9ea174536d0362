import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { JobCgroups } from '../../../agent/jobs/job-cgroups.ts';
import { copyMachine, fixtureHost, machineFolder } from '../sources/fixture-machine.ts';

const scope = 'sys/fs/cgroup/system.slice/slurmstepd.scope';

describe('JobCgroups', () => {
  test.each([
    ['slurm-v1', [{ scheduler: 'slurm', job: '123', uid: 1000 }]],
    [
      'slurm-v2',
      [
        { scheduler: 'slurm', job: '4242', uid: 1000 },
        { scheduler: 'slurm', job: '4243', uid: 1001 },
      ],
    ],
    [
      'pbs',
      [
        { scheduler: 'pbs', job: '1234.pbs1', uid: 1000 },
        { scheduler: 'pbs', job: '1235[2].pbs1', uid: 1001 },
      ],
    ],
    ['hidepid', []],
    ['vm', []],
  ])('finds the jobs and their users on %s', (machine, jobs) => {
    const found = new JobCgroups(fixtureHost(machineFolder(machine))).list(0);
    const plain = found.map(({ scheduler, job, uid }) => ({ scheduler, job, uid }));
    expect(plain.sort((a, b) => (a.job < b.job ? -1 : 1))).toEqual(jobs);
  });

  test('names the folder of every controller, links left out', () => {
    const folder = machineFolder('slurm-v1');
    const [job] = new JobCgroups(fixtureHost(folder)).list(0);
    const path = (tree: string): string => join(folder, 'sys/fs/cgroup', tree, 'slurm/uid_1000/job_123');
    expect(job?.folders).toEqual({
      cpuacct: path('cpu,cpuacct'),
      memory: path('memory'),
      cpuset: path('cpuset'),
      freezer: path('freezer'),
      cpu: path('cpu,cpuacct'),
    });
  });

  describe('on a machine that changes', () => {
    const machine = copyMachine('slurm-v2');
    afterEach(() => machine.dispose());

    test('looks again after some seconds, keeps what stayed, and bounds what it follows', () => {
      const cgroups = new JobCgroups(fixtureHost(machine.folder));
      const [first] = cgroups.list(0);
      rmSync(join(machine.folder, scope, 'job_4243'), { recursive: true });
      for (let job = 0; job < 300; job += 1) mkdirSync(join(machine.folder, scope, `job_${job}`));
      expect(cgroups.list(4_000)).toHaveLength(2);
      const later = cgroups.list(5_000);
      expect(later).toHaveLength(256);
      expect(cgroups.droppedCount).toBe(301 - 256);
      expect(later.some(({ job }) => job === '4243')).toBe(false);
      const same = later.find(({ job }) => job === first?.job);
      if (same !== undefined) expect(same).toBe(first);
      expect(cgroups.list(6_000)).toBe(later);
      cgroups.expire();
      expect(cgroups.list(6_001)).not.toBe(later);
    });
  });

  test('a job whose processes are all gone keeps its user', () => {
    const machine = copyMachine('slurm-v2');
    const cgroups = new JobCgroups(fixtureHost(machine.folder));
    const userOf = (nowMs: number): number | null | undefined =>
      cgroups.list(nowMs).find(({ job }) => job === '4243')?.uid;
    expect(userOf(0)).toBe(1001);
    writeFileSync(join(machine.folder, scope, 'job_4243/step_0/user/task_0/cgroup.procs'), '');
    expect(userOf(10_000)).toBe(1001);
    machine.dispose();
  });
});
