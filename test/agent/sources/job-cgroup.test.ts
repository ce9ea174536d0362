import { cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createHost, type Host } from '../../../agent/host/host.ts';
import { createJobSource } from '../../../agent/sources/jobs/job-cgroup.ts';
import type { Source } from '../../../agent/sources/source.ts';
import type { Clock } from '../../../shared/clock.ts';
import { copyMachine, RecordingSink } from './fixture-machine.ts';

const job4242 = 'sys/fs/cgroup/system.slice/slurmstepd.scope/job_4242';

describe('the job source', () => {
  let machine: ReturnType<typeof copyMachine>;
  let nowMs = 0;
  const clock: Clock = { now: () => 0, monotonic: () => nowMs, after: () => () => undefined };

  beforeEach(() => {
    nowMs = 0;
  });
  afterEach(() => machine.dispose());

  const hostOf = (name: string): Host => {
    machine = copyMachine(name);
    const { folder } = machine;
    const roots = { proc: join(folder, 'proc'), sys: join(folder, 'sys'), root: join(folder, 'root') };
    return createHost({ roots, clock, programs: [] });
  };
  const read = async (source: Source, atMs: number): Promise<RecordingSink> => {
    nowMs = atMs;
    const sink = new RecordingSink();
    await source.read(sink);
    return sink;
  };
  const write = (path: string, text: string): void => writeFileSync(join(machine.folder, path), text);

  test('reads CPU time and memory at every tick, the rest every five seconds', async () => {
    const source = createJobSource(hostOf('slurm-v2'));
    await read(source, 0);
    write(
      `${job4242}/cpu.stat`,
      'usage_usec 9\nuser_usec 8200000000\nsystem_usec 124000000\nthrottled_usec 0\n',
    );
    write(`${job4242}/memory.current`, '5000\n');
    write(`${job4242}/pids.current`, '99\n');
    const values = async (atMs: number): Promise<readonly (number | undefined)[]> => {
      const sink = await read(source, atMs);
      const labels = 'job="4242",scheduler="slurm"';
      return [
        sink.valueOf(`jidi_job_cpu_seconds_total{${labels},mode="user"}`),
        sink.valueOf(`jidi_job_memory_bytes{${labels}}`),
        sink.valueOf(`jidi_job_tasks{${labels}}`),
      ];
    };
    expect(await values(1_000)).toEqual([8200, 5000, 14]);
    expect(await values(5_000)).toEqual([8200, 5000, 99]);
    source.close();
  });

  test('the series of a job end with it, those of others go on', async () => {
    const source = createJobSource(hostOf('slurm-v2'));
    expect((await read(source, 0)).render()).toContain('job="4242"');
    rmSync(join(machine.folder, job4242), { recursive: true });
    source.close();
    for (const atMs of [1_000, 2_000, 10_000]) {
      const text = (await read(source, atMs)).render();
      expect(text).not.toContain('job="4242"');
      expect(text).toContain('job="4243"');
    }
    expect((await read(source, 11_000)).valueOf('jidi_job_cgroups')).toBe(1);
    source.close();
  });

  test('a job that comes is told from its next look on, all of it at once', async () => {
    const source = createJobSource(hostOf('slurm-v2'));
    await read(source, 0);
    cpSync(join(machine.folder, job4242), join(machine.folder, job4242.replace('4242', '5000')), {
      recursive: true,
    });
    expect((await read(source, 4_000)).render()).not.toContain('job="5000"');
    const text = (await read(source, 6_000)).render();
    expect(text).toContain('jidi_job_tasks{job="5000",scheduler="slurm"} 14');
    expect(text).toContain('jidi_job_memory_bytes{job="5000",scheduler="slurm"}');
    source.close();
  });

  test('OOM kills of an ended step stay counted', async () => {
    const source = createJobSource(hostOf('slurm-v1'));
    const kills = 'jidi_job_oom_kills_total{job="123",scheduler="slurm"}';
    expect((await read(source, 0)).valueOf(kills)).toBe(4);
    const step = join(machine.folder, 'sys/fs/cgroup/memory/slurm/uid_1000/job_123/step_7');
    write('sys/fs/cgroup/memory/slurm/uid_1000/job_123/step_7/task_4/memory.oom_control', '');
    await expect(read(source, 5_000)).rejects.toThrow(/task_4\/memory\.oom_control/);
    renameSync(step, `${step}.gone`);
    expect((await read(source, 10_000)).valueOf(kills)).toBe(4);
    source.close();
  });

  test('OOM kills are counted beyond sixty-four steps, one after another', async () => {
    const source = createJobSource(hostOf('slurm-v1'));
    const kills = 'jidi_job_oom_kills_total{job="123",scheduler="slurm"}';
    const job = join(machine.folder, 'sys/fs/cgroup/memory/slurm/uid_1000/job_123');
    const before = (await read(source, 0)).valueOf(kills) ?? Number.NaN;
    for (let step = 100; step < 200; step += 1) {
      const folder = join(job, `step_${step}`);
      mkdirSync(folder);
      writeFileSync(join(folder, 'memory.oom_control'), 'oom_kill_disable 0\nunder_oom 0\noom_kill 1\n');
      expect((await read(source, step * 10_000)).valueOf(kills)).toBe(before + step - 99);
      // A group's file cannot be read any more once it has gone; that of a fixture can.
      writeFileSync(join(folder, 'memory.oom_control'), '');
      rmSync(folder, { recursive: true });
    }
    source.close();
  });

  test('OOM kills are absent, not too few, when more steps run at once than are followed', async () => {
    const source = createJobSource(hostOf('slurm-v1'));
    const job = join(machine.folder, 'sys/fs/cgroup/memory/slurm/uid_1000/job_123');
    for (let step = 100; step < 200; step += 1) {
      mkdirSync(join(job, `step_${step}`));
      writeFileSync(join(job, `step_${step}/memory.oom_control`), 'oom_kill 1\n');
    }
    const kills = 'jidi_job_oom_kills_total{job="123",scheduler="slurm"}';
    expect((await read(source, 0)).valueOf(kills)).toBeUndefined();
    source.close();
  });

  test('of many jobs the first are told fully, the next briefly, the others counted', async () => {
    const source = createJobSource(hostOf('pbs'));
    for (const tree of ['cpu,cpuacct', 'memory', 'pids']) {
      const jobs = join(machine.folder, 'sys/fs/cgroup', tree, 'pbs_jobs.service/jobid');
      for (let job = 0; job < 120; job += 1) {
        cpSync(join(jobs, '1234.pbs1'), join(jobs, `${2000 + job}.pbs1`), { recursive: true });
      }
    }
    const sink = await read(source, 0);
    const count = (metric: string): number =>
      [...sink.recorded.keys()].filter((name) => name.startsWith(`${metric}{`)).length;
    expect(sink.valueOf('jidi_job_cgroups')).toBe(122);
    expect(sink.valueOf('jidi_job_cgroups_skipped')).toBe(22);
    expect(count('jidi_job_memory_bytes')).toBe(100);
    expect(count('jidi_job_memory_peak_bytes')).toBe(100);
    expect(count('jidi_job_oom_kills_total')).toBe(100);
    expect(count('jidi_job_memory_shared_bytes')).toBe(16);
    expect(sink.recorded.size).toBeLessThan(1_100);
    source.close();
  });

  test('jobs that come and go fast do not use up the series of the node', async () => {
    const source = createJobSource(hostOf('slurm-v2'));
    const folderOf = (job: number): string => join(machine.folder, job4242.replace('4242', String(job)));
    const atOnce = 8;
    for (let i = 0; i < atOnce; i += 1) cpSync(folderOf(4242), folderOf(10_000 + i), { recursive: true });
    const names = new Set<string>();
    let sink = new RecordingSink();
    let first = 10_000;
    const replaceJobs = async (atMs: number): Promise<void> => {
      for (let i = 0; i < atOnce; i += 1) renameSync(folderOf(first + i), folderOf(first + atOnce + i));
      first += atOnce;
      sink = await read(source, atMs);
      for (const name of sink.recorded.keys()) names.add(name);
    };
    for (let round = 1; round <= 60; round += 1) await replaceJobs(round * 10_000);
    expect(names.size).toBeGreaterThan(1_500);
    expect(names.size).toBeLessThan(2_100);
    expect(sink.valueOf('jidi_job_cgroups')).toBe(atOnce + 2);
    expect(sink.valueOf('jidi_job_cgroups_skipped')).toBe(atOnce);
    // The node has forgotten the series of the ended by then.
    await replaceJobs(1_900_000);
    expect(sink.valueOf('jidi_job_cgroups_skipped')).toBeUndefined();
    expect(sink.render()).toContain(`jidi_job_tasks{job="${first}",scheduler="slurm"}`);
    source.close();
  });

  test('without control groups it says what to mount', () => {
    const host = hostOf('slurm-v2');
    rmSync(join(machine.folder, 'sys'), { recursive: true });
    expect(createJobSource(host).probe()).toMatchObject({
      present: false,
      remedy: expect.stringContaining('mount -t cgroup2'),
    });
  });
});
