// Process tables for tests: whose a process is, and of which job.
import type { OwnedProcess } from '../../../../collector/identity/jobs/job-register.ts';
import type { Payload } from '../../../../shared/model/batch.ts';
import type { ProcessSample, ProcessSnapshot } from '../../../../shared/model/process.ts';
import { plainDetails } from '../../../shared/process-details.ts';

const uids: Readonly<Record<string, number>> = { root: 0, munge: 990, nobody: 65_534 };

export function owned(
  user: string,
  job: string | null = null,
  change: Partial<OwnedProcess> = {},
): OwnedProcess {
  return { user, uid: uids[user] ?? 1000, job, startTimeMs: 0, ...change };
}

export interface SomeProcess extends Partial<ProcessSample> {
  readonly pid: number;
  readonly user: string;
}

export function processes(timeMs: number, ...some: readonly SomeProcess[]): Payload {
  return { kind: 'processes', snapshots: [snapshot(timeMs, some)] };
}

export function snapshot(timeMs: number, some: readonly SomeProcess[]): ProcessSnapshot {
  return {
    timeMs,
    processCount: 300,
    zombieCount: 3,
    uninterruptibleCount: 2,
    processes: some.map((one) => ({
      ...plainDetails,
      startTimeMs: timeMs - 3_600_000,
      parentPid: 1,
      name: `app-${one.user}`,
      command: `/home/${one.user}/app --input ${one.user}.dat`,
      uid: uids[one.user] ?? 1000,
      threads: 1,
      state: 'R',
      cpuRatio: 1,
      memoryRatio: 0.1,
      residentBytes: 1000,
      readBytesPerSecond: null,
      writeBytesPerSecond: null,
      job: null,
      ...one,
    })),
  };
}
