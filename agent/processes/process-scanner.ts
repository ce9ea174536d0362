// Finds the top processes of this node. In: /proc, the control groups of jobs, GPU memory by process. Out: one
// ProcessSnapshot per scan. What hidepid hides is left out: then only what can be seen is counted.
import type { ProcessSample, ProcessSnapshot } from '../../shared/model/process.ts';
import type { Host } from '../host/host.ts';
import { GridEngineSpool } from '../jobs/grid-engine-spool.ts';
import { JobCgroups } from '../jobs/job-cgroups.ts';
import { JobUsers } from './job-users.ts';
import { type ListedProcess, ListedProcesses } from './listed-processes.ts';
import { ProcFiles } from './proc-files.ts';
import { startTimeOf } from './process-facts.ts';
import { ProcessReader } from './process-reader.ts';
import { topProcesses } from './top-processes.ts';
import { stateCodes, type TrackedProcess } from './tracked-process.ts';

const perList = 20;
/** What one snapshot may hold on the wire. */
const mostListed = 160;
/** However idle, what is shown is not older than this. */
const listedEveryMs = 5_000;

export class ProcessScanner {
  readonly #host: Host;
  readonly #files: ProcFiles;
  readonly #reader: ProcessReader;
  readonly #listed: ListedProcesses;
  readonly #jobUsers: JobUsers;
  #memoryPages: number;

  /** Takes the first reading, from which the first scan measures. */
  constructor(host: Host, jobs = new JobCgroups(host)) {
    this.#host = host;
    this.#files = new ProcFiles(host);
    this.#reader = new ProcessReader(host, this.#files);
    const spool = new GridEngineSpool(host);
    this.#listed = new ListedProcesses({
      files: this.#files,
      userOf: (uid) => host.userName(uid),
      jobsByGroup: (nowMs) => spool.jobsByGroup(nowMs),
    });
    this.#jobUsers = new JobUsers(jobs);
    this.#memoryPages = this.#readMemoryPages();
    this.#reader.read();
  }

  /** Processes that did not fit into the table at the last listing. */
  get droppedCount(): number {
    return this.#reader.table.droppedCount;
  }

  /** Processes that had to wait for a later scan, so that this one did not cost too much. */
  get postponedCount(): number {
    return this.#reader.table.postponedCount;
  }

  /** `timeMs` is the tick this snapshot belongs to, ms since the Unix epoch. */
  scan(timeMs: number): ProcessSnapshot {
    const nowMs = this.#reader.read();
    const { table } = this.#reader;
    const gpuMemory = this.#host.gpuProcesses();
    const top = topProcesses(table.entries, { perList, most: mostListed, nowMs, gpuMemory });
    this.#listed.keepOnly(new Set(top.map(({ pid }) => pid)));
    const found: (readonly [TrackedProcess, ListedProcess])[] = [];
    for (const process of top) {
      process.dueAtMs = Math.min(process.dueAtMs, process.readAtMs + listedEveryMs);
      const listed = this.#listed.get(process, nowMs);
      if (listed !== undefined) found.push([process, listed]);
    }
    this.#jobUsers.update(
      found.map(([, { facts }]) => facts),
      nowMs,
    );
    return {
      timeMs,
      processCount: table.size,
      zombieCount: table.countState(stateCodes.zombie),
      uninterruptibleCount: table.countState(stateCodes.uninterruptible),
      processes: found.map(([process, listed]) => this.#sampleOf(process, listed, gpuMemory)),
    };
  }

  #sampleOf(
    process: TrackedProcess,
    listed: ListedProcess,
    gpuMemory: ReadonlyMap<number, number>,
  ): ProcessSample {
    const { facts } = listed;
    const { job } = facts;
    return {
      pid: process.pid,
      startTimeMs: startTimeOf(process.startTicks, this.#host.facts),
      parentPid: process.parentPid,
      name: facts.name,
      command: facts.command,
      user: facts.user,
      uid: facts.uid,
      threads: process.threads,
      state: String.fromCharCode(process.state),
      cpuRatio: process.cpuRatio,
      memoryRatio: this.#memoryPages > 0 ? Math.min(1, process.residentPages / this.#memoryPages) : 0,
      residentBytes: process.residentPages * this.#host.facts.pageSizeBytes,
      readBytesPerSecond: process.storage.readRate,
      writeBytesPerSecond: process.storage.writeRate,
      job: job?.job ?? null,
      step: job?.step ?? null,
      localRank: job?.localRank ?? null,
      outsideJob: job === null && this.#jobUsers.hasJob(facts.uid),
      allowedCpus: listed.allowedCpus,
      waitChannel: listed.waitChannel,
      voluntarySwitchesPerSecond: listed.voluntarySwitchesPerSecond,
      involuntarySwitchesPerSecond: listed.involuntarySwitchesPerSecond,
      gpuMemoryBytes: gpuMemory.get(process.pid) ?? null,
    };
  }

  #readMemoryPages(): number {
    const kibibytes = /^MemTotal:\s+(\d+) kB/m.exec(this.#files.text('meminfo') ?? '')?.[1];
    return (Number(kibibytes ?? 0) * 1024) / this.#host.facts.pageSizeBytes;
  }
}
