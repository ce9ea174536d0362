// What is told of a listed process beside its figures: name, command line, user, job.
// In: files of /proc/PID. Out: facts, every secret in the command line masked; undefined when the process has ended.
import { truncate } from '../../shared/text.ts';
import type { MachineFacts } from '../host/machine-facts.ts';
import { type JobIdentity, parseProcessCgroup } from '../jobs/job-identity.ts';
import { maskCommandLine } from './mask-secrets.ts';
import type { ProcFiles } from './proc-files.ts';
import { ProcessStat } from './process-stat.ts';
import { type ProcessStatus, parseProcessStatus } from './process-status.ts';

const longestName = 64;
const longestCommand = 1024;
/** Read beyond what is shown, so that a secret at the cut is recognised. */
const longestCommandBytes = 2048;

export interface ProcessFacts {
  readonly name: string;
  readonly command: string;
  readonly uid: number;
  readonly user: string;
  /** null when it belongs to none that is known. */
  readonly job: JobIdentity | null;
  readonly status: ProcessStatus;
}

/** Grid Engine marks the processes of a job with a group where it makes no control groups. */
export type JobsByGroup = ReadonlyMap<number, JobIdentity>;

/** Reads the facts of one process, provided that it still is the one that started then. */
export function readProcessFacts(
  files: ProcFiles,
  process: { readonly pid: number; readonly startTicks: number },
  userOf: (uid: number) => string,
  jobsByGroup?: JobsByGroup,
): ProcessFacts | undefined {
  const { pid } = process;
  const text = files.text(`${pid}/status`);
  const command = readCommand(files, pid);
  const cgroupJob = parseProcessCgroup(files.text(`${pid}/cgroup`) ?? '');
  const stat = new ProcessStat();
  if (files.read(`${pid}/stat`) !== 'read' || !stat.parse(files.bytes, files.length)) return undefined;
  if (stat.startTicks !== process.startTicks || text === undefined) return undefined;
  const name = files.bytes.toString('utf8', stat.nameStart, stat.nameEnd);
  const status = parseProcessStatus(text);
  const uid = status.effectiveUid;
  const job = cgroupJob ?? jobOfGroups(status.groups, jobsByGroup);
  return { name: truncate(name, longestName), command, uid, user: userOf(uid), job, status };
}

function jobOfGroups(groups: readonly number[], jobs: JobsByGroup | undefined): JobIdentity | null {
  if (jobs === undefined || jobs.size === 0) return null;
  for (const group of groups) {
    const job = jobs.get(group);
    if (job !== undefined) return job;
  }
  return null;
}

/** Arguments end with NUL; a rewritten title may lack it. */
function readCommand(files: ProcFiles, pid: number): string {
  if (files.read(`${pid}/cmdline`) !== 'read') return '';
  const { bytes, length } = files;
  const text = bytes.toString('utf8', 0, Math.min(length, longestCommandBytes)).replace(/\0+$/, '');
  return text === '' ? '' : truncate(maskCommandLine(text.split('\0')), longestCommand);
}

/** Start of a process in ms since the Unix epoch; counted from 0 on a machine that does not tell its boot. */
export function startTimeOf(startTicks: number, facts: MachineFacts): number {
  return Math.round((facts.bootTimeMs ?? 0) + (startTicks * 1000) / facts.clockTicksPerSecond);
}
