// Finds the top processes of this node. In: /proc. Out: one ProcessSnapshot per scan.
// It reads no process more often than it must: idle ones are due ever later, and the folder is listed only when the
// kernel's counts of processes changed. What keeps that honest: when the node's busy time is not explained by the
// processes that were read, all are read at once. What hidepid hides is left out.
import type { ProcessSample, ProcessSnapshot } from '../../shared/model/process.ts';
import type { Host } from '../host/host.ts';
import { BusyCheck } from './busy-check.ts';
import { ProcFiles } from './proc-files.ts';
import { FactsCache, startTimeOf } from './process-facts.ts';
import { ProcessTable, type ReadingMoment, type TrackedProcess } from './process-table.ts';
import { topProcesses } from './top-processes.ts';

const perList = 20;
const listEveryMs = 30_000;

export class ProcessScanner {
  readonly #files: ProcFiles;
  readonly #host: Host;
  readonly #table: ProcessTable;
  readonly #facts: FactsCache;
  readonly #busyCheck: BusyCheck;
  #memoryPages: number;
  #listed: readonly TrackedProcess[] = [];
  #counts = '';
  #listedAtMs = Number.NEGATIVE_INFINITY;
  #scannedAtMs = Number.NaN;

  /** Takes the first reading, from which the first scan measures. */
  constructor(host: Host) {
    const { clockTicksPerSecond } = host.facts;
    this.#host = host;
    this.#files = new ProcFiles(host);
    this.#table = new ProcessTable(this.#files, clockTicksPerSecond);
    this.#facts = new FactsCache(this.#files, (uid) => host.userName(uid));
    this.#busyCheck = new BusyCheck(this.#files, clockTicksPerSecond);
    this.#memoryPages = this.#readMemoryPages();
    this.#readDue();
  }

  /** Processes that did not fit into the table at the last listing. */
  get droppedCount(): number {
    return this.#table.droppedCount;
  }

  /** `timeMs` is the tick this snapshot belongs to, ms since the Unix epoch. */
  scan(timeMs: number): ProcessSnapshot {
    const nowMs = this.#readDue();
    this.#listed = topProcesses(this.#table.entries.values(), perList);
    this.#facts.keepOnly(new Set(this.#listed.map(({ pid }) => pid)));
    const processes: ProcessSample[] = [];
    for (const process of this.#listed) {
      const sample = this.#sampleOf(process, nowMs);
      if (sample !== undefined) processes.push(sample);
    }
    const { size } = this.#table.entries;
    return { timeMs, processCount: size, zombieCount: 0, uninterruptibleCount: 0, processes };
  }

  /** Brings the table up to date; returns the monotonic time of the reading. */
  #readDue(): number {
    const nowMs = this.#host.clock.monotonic();
    const moment: ReadingMoment = {
      nowMs,
      intervalMs: Number.isNaN(this.#scannedAtMs) ? 0 : nowMs - this.#scannedAtMs,
      uptimeTicks: this.#readUptimeTicks(),
    };
    this.#scannedAtMs = nowMs;
    let ticks = this.#listIfChanged(moment);
    const shown = new Set(this.#listed);
    for (const process of this.#table.entries.values()) {
      if (process.readAtMs !== nowMs && (process.dueAtMs <= nowMs || shown.has(process))) {
        ticks += this.#table.read(process.pid, moment);
      }
    }
    if (!this.#busyCheck.isExplained(ticks, moment.intervalMs))
      this.#busyCheck.accept(ticks + this.#readRest(moment));
    return nowMs;
  }

  #readRest(moment: ReadingMoment): number {
    let ticks = 0;
    for (const process of this.#table.entries.values()) {
      if (process.readAtMs !== moment.nowMs) ticks += this.#table.read(process.pid, moment);
    }
    return ticks;
  }

  /** The folder is large: it is read when the number of threads or the newest pid changed, and now and then. */
  #listIfChanged(moment: ReadingMoment): number {
    const load = this.#files.text('loadavg') ?? '';
    const counts = /\/(\d+ \d+)/.exec(load)?.[1] ?? '';
    if (counts !== '' && counts === this.#counts && moment.nowMs - this.#listedAtMs < listEveryMs) return 0;
    this.#counts = counts;
    this.#listedAtMs = moment.nowMs;
    this.#memoryPages = this.#readMemoryPages();
    return this.#table.list(moment);
  }

  #sampleOf(process: TrackedProcess, nowMs: number): ProcessSample | undefined {
    const facts = this.#facts.get(process, nowMs);
    if (facts === undefined) return undefined;
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
      readBytesPerSecond: process.readRate,
      writeBytesPerSecond: process.writeRate,
      job: facts.job,
      step: null,
      localRank: null,
      outsideJob: false,
      allowedCpus: null,
      waitChannel: null,
      voluntarySwitchesPerSecond: null,
      involuntarySwitchesPerSecond: null,
      gpuMemoryBytes: null,
    };
  }

  #readMemoryPages(): number {
    const kibibytes = /^MemTotal:\s+(\d+) kB/m.exec(this.#files.text('meminfo') ?? '')?.[1];
    return (Number(kibibytes ?? 0) * 1024) / this.#host.facts.pageSizeBytes;
  }

  #readUptimeTicks(): number {
    const seconds = this.#host.uptimeSeconds();
    return Number.isNaN(seconds) ? 0 : seconds * this.#host.facts.clockTicksPerSecond;
  }
}
