// What is told of a listed process beside its figures: name, command line, user, job.
// In: files of /proc/PID. Out: facts, every secret in the command line masked; undefined when the process has ended.
// It reads only processes that reach a list, once each, and again when the name changed or after a minute: programs
// may rewrite their command line.
import { truncate } from '../../shared/text.ts';
import type { MachineFacts } from '../host/machine-facts.ts';
import { jobOfCgroup } from './job-of-cgroup.ts';
import { maskCommandLine } from './mask-secrets.ts';
import type { ProcFiles } from './proc-files.ts';
import { ProcessStat } from './process-stat.ts';

const longestName = 64;
const longestCommand = 1024;
/** Read beyond what is shown, so that a secret at the cut is recognised. */
const longestCommandBytes = 8192;
const refreshMs = 60_000;

export interface ProcessFacts {
  readonly name: string;
  readonly command: string;
  readonly uid: number;
  readonly user: string;
  readonly job: string | null;
}

/** Reads the facts of one process, provided that it still is the one that started then. */
export function readProcessFacts(
  files: ProcFiles,
  process: { readonly pid: number; readonly startTicks: number },
  userOf: (uid: number) => string,
): ProcessFacts | undefined {
  const status = files.text(`${process.pid}/status`);
  const command = readCommand(files, process.pid);
  const job = jobOfCgroup(files.text(`${process.pid}/cgroup`) ?? '');
  const stat = new ProcessStat();
  if (files.read(`${process.pid}/stat`) !== 'read' || !stat.parse(files.bytes, files.length))
    return undefined;
  if (stat.startTicks !== process.startTicks || status === undefined) return undefined;
  const name = files.bytes.toString('utf8', stat.nameStart, stat.nameEnd);
  const uid = parseEffectiveUid(status);
  return { name: truncate(name, longestName), command, uid, user: userOf(uid), job };
}

/** Keeps the facts of the processes that are listed. */
export class FactsCache {
  readonly #files: ProcFiles;
  readonly #userOf: (uid: number) => string;
  #known = new Map<number, CachedFacts>();

  constructor(files: ProcFiles, userOf: (uid: number) => string) {
    this.#files = files;
    this.#userOf = userOf;
  }

  get(process: FactsKey, nowMs: number): ProcessFacts | undefined {
    const cached = this.#known.get(process.pid);
    if (cached !== undefined && isSame(cached, process) && nowMs - cached.readAtMs < refreshMs)
      return cached.facts;
    const facts = readProcessFacts(this.#files, process, this.#userOf);
    if (facts === undefined) this.#known.delete(process.pid);
    else
      this.#known.set(process.pid, {
        startTicks: process.startTicks,
        nameHash: process.nameHash,
        readAtMs: nowMs,
        facts,
      });
    return facts;
  }

  /** Forgets all but these. */
  keepOnly(pids: ReadonlySet<number>): void {
    for (const pid of this.#known.keys()) if (!pids.has(pid)) this.#known.delete(pid);
  }
}

interface FactsKey {
  readonly pid: number;
  readonly startTicks: number;
  readonly nameHash: number;
}

interface CachedFacts {
  readonly startTicks: number;
  readonly nameHash: number;
  readonly readAtMs: number;
  readonly facts: ProcessFacts;
}

function isSame(cached: CachedFacts, process: FactsKey): boolean {
  return cached.startTicks === process.startTicks && cached.nameHash === process.nameHash;
}

/** Arguments end with NUL; a rewritten title may lack it. */
function readCommand(files: ProcFiles, pid: number): string {
  if (files.read(`${pid}/cmdline`) !== 'read') return '';
  const { bytes, length } = files;
  const text = bytes.toString('utf8', 0, Math.min(length, longestCommandBytes)).replace(/\0+$/, '');
  return text === '' ? '' : truncate(maskCommandLine(text.split('\0')), longestCommand);
}

/** `Uid:` real, effective, saved, file system. */
function parseEffectiveUid(status: string): number {
  return Number(/^Uid:\s+\d+\s+(\d+)/m.exec(status)?.[1] ?? -1);
}

/** Start of a process in ms since the Unix epoch; counted from 0 on a machine that does not tell its boot. */
export function startTimeOf(startTicks: number, facts: MachineFacts): number {
  return Math.round((facts.bootTimeMs ?? 0) + (startTicks * 1000) / facts.clockTicksPerSecond);
}
