// Decides which processes are read at a scan, so that few are and none that matters is missed. In: /proc. Out: a table
// of processes that is up to date. Idle ones are due ever later, and the folder is listed only when the kernel's counts
// of processes changed, and more rarely the more there are. What keeps that honest: when the node's busy time is not
// explained by the processes that were read, or more wait for storage than are known, all are read.
import type { Host } from '../host/host.ts';
import type { KernelFile } from '../host/kernel-files.ts';
import { BlockedCheck } from './blocked-check.ts';
import { BusyCheck } from './busy-check.ts';
import type { ProcFiles } from './proc-files.ts';
import { ProcessTable, type ReadingMoment } from './process-table.ts';
import { stateCodes } from './tracked-process.ts';

const listEveryMs = 30_000;
/** A listing takes about two microseconds per process: this holds it at a thousandth of a core. */
const listWaitMsPerProcess = 2.5;
const longestListWaitMs = 10_000;
/** Readings of idle and new processes per second of the interval: at most about 3 ms of CPU time per second. */
const readsPerSecond = 300;
const mostReads = 4_000;
/** Readings at one scan when all processes must be read; with more processes it goes on at the next scan. */
const mostSweptReads = 4_000;

export class ProcessReader {
  readonly table: ProcessTable;
  readonly #host: Host;
  readonly #busyCheck: BusyCheck;
  readonly #blockedCheck = new BlockedCheck();
  readonly #loadFile: KernelFile;
  #counts = Number.NaN;
  #listedCounts = Number.NaN;
  #listedAtMs = Number.NEGATIVE_INFINITY;
  #scannedAtMs = Number.NaN;
  /** Since when all processes are being read; NaN when they are not. */
  #sweepSinceMs = Number.NaN;

  constructor(host: Host, files: ProcFiles) {
    this.#host = host;
    this.table = new ProcessTable(files, host.facts.clockTicksPerSecond);
    this.#busyCheck = new BusyCheck(host);
    this.#loadFile = host.keep(`${host.roots.proc}/loadavg`);
  }

  /** Brings the table up to date; returns the monotonic time of the reading. */
  read(): number {
    const nowMs = this.#host.clock.monotonic();
    const isFirst = Number.isNaN(this.#scannedAtMs);
    const intervalMs = isFirst ? 0 : nowMs - this.#scannedAtMs;
    const moment: ReadingMoment = { nowMs, intervalMs, uptimeTicks: this.#readUptimeTicks() };
    this.#scannedAtMs = nowMs;
    this.#listIfChanged(nowMs);
    const reads = isFirst
      ? Number.POSITIVE_INFINITY
      : Math.ceil(readsPerSecond * Math.max(1, intervalMs / 1000));
    const ticks = this.table.readDue(moment, Math.min(reads, isFirst ? reads : mostReads));
    const isExplained = this.#busyCheck.isExplained(ticks, intervalMs, nowMs);
    if (!isExplained || this.#isSearchDue(nowMs) || this.#sweepSinceMs <= nowMs) this.#sweep(moment);
    return nowMs;
  }

  #isSearchDue(nowMs: number): boolean {
    const known = this.table.countState(stateCodes.uninterruptible);
    return this.#blockedCheck.isSearchDue(this.#busyCheck.blockedCount, known, nowMs);
  }

  /** Looks first among the new ones: mostly it is one of them. Then reads all others. */
  #sweep(moment: ReadingMoment): void {
    const { nowMs } = moment;
    let found = 0;
    if (Number.isNaN(this.#sweepSinceMs)) {
      if (this.#counts !== this.#listedCounts) this.#list(nowMs);
      found = this.table.readNew(moment, mostSweptReads);
      if (found > 0 && this.#busyCheck.isExplainedBy(found)) return;
      this.#sweepSinceMs = nowMs;
    }
    const { ticks, reads } = this.table.readRest(moment, mostSweptReads, this.#sweepSinceMs);
    if (reads >= mostSweptReads) return;
    this.#sweepSinceMs = Number.NaN;
    this.#busyCheck.accept(found + ticks, this.table.size, nowMs);
    const known = this.table.countState(stateCodes.uninterruptible);
    this.#blockedCheck.accept(this.#busyCheck.blockedCount, known, nowMs);
  }

  /** The folder is large: it is read when the number of threads or the newest pid changed, and now and then. */
  #listIfChanged(nowMs: number): void {
    this.#counts = this.#readCounts();
    const waitedMs = nowMs - this.#listedAtMs;
    const isChanged = Number.isNaN(this.#counts) || this.#counts !== this.#listedCounts;
    const waitMs = isChanged
      ? Math.min(longestListWaitMs, this.table.size * listWaitMsPerProcess)
      : listEveryMs;
    if (waitedMs >= waitMs) this.#list(nowMs);
  }

  #list(nowMs: number): void {
    this.#listedCounts = this.#counts;
    this.#listedAtMs = nowMs;
    this.table.list();
  }

  /** `0.00 0.01 0.05 1/231 4711`: tasks, newest pid. Any number that changes with them; NaN when not known. */
  #readCounts(): number {
    try {
      const cursor = this.#loadFile.read();
      if (!cursor.nextLine()) return Number.NaN;
      cursor.skipWords(3);
      const start = cursor.word();
      const slash = cursor.bytes.indexOf(47, start);
      cursor.position = slash + 1;
      return cursor.integer() * 2 ** 24 + cursor.integer();
    } catch {
      // Then the folder itself tells.
      return Number.NaN;
    }
  }

  #readUptimeTicks(): number {
    const seconds = this.#host.uptimeSeconds();
    return Number.isNaN(seconds) ? 0 : seconds * this.#host.facts.clockTicksPerSecond;
  }
}
