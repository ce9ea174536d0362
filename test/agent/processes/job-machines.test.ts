// The scanner on the recorded machines of three schedulers: who belongs to which job, and who escaped.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createHost, type Host } from '../../../agent/host/host.ts';
import { ProcessScanner } from '../../../agent/processes/process-scanner.ts';
import type { Clock } from '../../../shared/clock.ts';
import type { ProcessSnapshot } from '../../../shared/model/process.ts';
import { copyMachine, machineFolder } from '../sources/fixture-machine.ts';

let nowMs = 0;
const clock: Clock = { now: () => 0, monotonic: () => nowMs, after: () => () => undefined };

function hostOf(folder: string): Host {
  const roots = { proc: join(folder, 'proc'), sys: join(folder, 'sys'), root: join(folder, 'root') };
  return createHost({ roots, clock, programs: [] });
}

function scan(folder: string): ProcessSnapshot {
  return new ProcessScanner(hostOf(folder)).scan(1);
}

type Row = readonly [
  pid: number,
  job: string | null,
  step: string | null,
  rank: number | null,
  outside: boolean,
];

function rowsOf({ processes }: ProcessSnapshot): readonly Row[] {
  return processes
    .map(({ pid, job, step, localRank, outsideJob }): Row => [pid, job, step, localRank, outsideJob])
    .sort(([a], [b]) => a - b);
}

describe('processes of jobs', () => {
  test('Slurm, control groups v2', () => {
    expect(rowsOf(scan(machineFolder('slurm-v2')))).toEqual([
      [1, null, null, null, false],
      [400, null, null, null, false],
      [490, null, null, null, false],
      [500, '4242', '0', null, false],
      [501, '4242', '0', 0, false],
      [502, '4242', '0', 1, false],
      [510, '4242', 'batch', null, false],
      [511, '4242', 'batch', 0, false],
      [520, '4242', 'extern', null, false],
      [600, '4243', '0', null, false],
      [601, '4243', '0', 0, false],
      // Of a user who has a job here, and in none.
      [700, null, null, null, true],
      // Of a user who has no job here.
      [800, null, null, null, false],
      [900, null, null, null, false],
    ]);
  });

  test('Slurm, control groups v1', () => {
    expect(rowsOf(scan(machineFolder('slurm-v1'))).slice(3)).toEqual([
      [201, '123', '7', 3, false],
      [202, '123', '7', 4, false],
      [210, '123', 'batch', 0, false],
      [300, null, null, null, true],
    ]);
  });

  test('PBS', () => {
    expect(rowsOf(scan(machineFolder('pbs'))).slice(2)).toEqual([
      [100, '1234.pbs1', null, null, false],
      [101, '1234.pbs1', null, null, false],
      [120, '1235[2].pbs1', null, null, false],
      [140, null, null, null, true],
    ]);
  });

  test('Grid Engine, by the group of the job', () => {
    expect(rowsOf(scan(machineFolder('sge'))).slice(2)).toEqual([
      [90, '77.1', null, null, false],
      [100, '77.1', null, null, false],
      [101, '77.1', null, null, false],
      [110, '78.4', null, null, false],
      [120, '79.1', '1.n1', null, false],
      [130, null, null, null, true],
    ]);
  });

  test('where others are hidden only what is seen is told', () => {
    const { processCount, processes, zombieCount, uninterruptibleCount } = scan(machineFolder('hidepid'));
    expect({ processCount, zombieCount, uninterruptibleCount }).toEqual({
      processCount: 2,
      zombieCount: 0,
      uninterruptibleCount: 0,
    });
    expect(processes.map(({ pid, job, outsideJob }) => [pid, job, outsideJob])).toEqual([
      [1300, null, false],
      [1301, null, false],
    ]);
  });

  test('when the job has ended, what it left behind is no longer outside of one', () => {
    const { folder, dispose } = copyMachine('slurm-v2');
    nowMs = 0;
    const scanner = new ProcessScanner(hostOf(folder));
    const isOutside = (): boolean | undefined =>
      scanner.scan(1).processes.find(({ pid }) => pid === 700)?.outsideJob;
    expect(isOutside()).toBe(true);
    for (const pid of [500, 501, 502, 510, 511, 512, 520])
      rmSync(join(folder, 'proc', String(pid)), { recursive: true });
    rmSync(join(folder, 'sys/fs/cgroup/system.slice/slurmstepd.scope/job_4242'), { recursive: true });
    writeFileSync(join(folder, 'proc/loadavg'), '0.00 0.01 0.05 1/100 902\n');
    nowMs = 6_000;
    expect(isOutside()).toBe(false);
    dispose();
  });
});

describe('details of processes', () => {
  test('CPUs, wait channel, states, and how often it was switched', () => {
    const { folder, dispose } = copyMachine('slurm-v2');
    nowMs = 0;
    const scanner = new ProcessScanner(hostOf(folder));
    const processOf = (snapshot: ProcessSnapshot, pid: number) =>
      snapshot.processes.find((process) => process.pid === pid);
    const first = scanner.scan(1);
    expect(first).toMatchObject({ processCount: 17, zombieCount: 1, uninterruptibleCount: 1 });
    expect(processOf(first, 501)).toMatchObject({ allowedCpus: '0-1', waitChannel: null, state: 'R' });
    expect(processOf(first, 601)).toMatchObject({ waitChannel: 'folio_wait_bit_common', state: 'D' });
    expect(processOf(first, 700)).toMatchObject({ waitChannel: 'futex_wait_queue' });
    expect(processOf(first, 501)).toMatchObject({
      voluntarySwitchesPerSecond: null,
      involuntarySwitchesPerSecond: null,
    });
    const path = join(folder, 'proc/501/status');
    writeFileSync(
      path,
      'Name:\tsolver\nUid:\t1000\t1000\t1000\t1000\nCpus_allowed_list:\t0\nvoluntary_ctxt_switches:\t2040\n' +
        'nonvoluntary_ctxt_switches:\t91\n',
    );
    writeFileSync(join(folder, 'proc/601/wchan'), 'io_schedule');
    nowMs = 4_000;
    const later = scanner.scan(2);
    expect(processOf(later, 501)).toMatchObject({
      allowedCpus: '0',
      voluntarySwitchesPerSecond: 10,
      involuntarySwitchesPerSecond: 0.25,
    });
    // A process that hangs is asked at every scan.
    expect(processOf(later, 601)?.waitChannel).toBe('io_schedule');
    dispose();
  });

  test('GPU memory ranks a process that is idle otherwise', () => {
    const { folder, dispose } = copyMachine('slurm-v2');
    rmSync(join(folder, 'proc/501/status'));
    const host = hostOf(folder);
    host.publishGpuProcesses('nvidia', new Map([[3, 5_000_000_000]]));
    const listed = new ProcessScanner(host).scan(1).processes;
    expect(listed.find(({ pid }) => pid === 3)).toMatchObject({
      gpuMemoryBytes: 5_000_000_000,
      residentBytes: 0,
    });
    expect(listed.find(({ pid }) => pid === 502)).toMatchObject({ gpuMemoryBytes: null });
    dispose();
  });
});
