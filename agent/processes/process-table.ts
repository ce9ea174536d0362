// Keeps what is known of every process and brings it up to date, one process at a time.
// In: /proc/PID/stat and /proc/PID/io. Out: rates since the previous reading of that same process.
// Invariants: an entry is one pid with one start time; a process that is found idle is due later and later, kernel
// threads at once late; never more than `mostProcesses` entries, what is above is counted; never more idle or new
// processes read at once than the reading allows, what has to wait is counted; busy ones never wait.
import type { ProcFiles } from './proc-files.ts';
import { ProcessStat } from './process-stat.ts';
import {
  beginStorage,
  createTracked,
  stateCodes,
  type TrackedProcess,
  updateStorage,
  updateTracked,
} from './tracked-process.ts';

const mostProcesses = 100_000;
/** Below this distance a clock tick is too coarse for a ratio. */
const shortestSpanMs = 200;
const longestWaitMs = 30_000;
const longestWaitAmongManyMs = 60_000;
const mostDoublings = 10;
const manyProcesses = 256;
const thousands = 1_000;
/** Over its life so far. */
const idleRatio = 0.001;
const firstRestMs = 4_000;
const firstSpreadMs = 500;
/** A descriptor saves two thirds of a reading; busy processes are few. */
const mostDescriptors = 256;

export interface ReadingMoment {
  /** Monotonic ms. */
  readonly nowMs: number;
  /** ms since the previous scan; 0 at the first. */
  readonly intervalMs: number;
  /** Clock ticks since the boot. */
  readonly uptimeTicks: number;
}

export class ProcessTable {
  readonly entries = new Map<number, TrackedProcess>();
  /** Processes that the bound kept out at the last listing. */
  droppedCount = 0;
  /** Processes that were due at the last scan and had to wait. */
  postponedCount = 0;
  readonly #files: ProcFiles;
  readonly #stat = new ProcessStat();
  readonly #ticksPerSecond: number;
  /** Listed, and not read yet. */
  #unread: number[] = [];
  /** Entries by the ASCII code of their state. */
  readonly #states = new Int32Array(128);
  #listing = 0;
  #descriptors = 0;
  #firstDue = 0;

  constructor(files: ProcFiles, ticksPerSecond: number) {
    this.#files = files;
    this.#ticksPerSecond = ticksPerSecond;
  }

  /** Processes that exist, as far as the last listing told, also those that were not read yet. */
  get size(): number {
    return this.entries.size + this.#unread.length;
  }

  /** Looks which processes exist and forgets the ended; the new ones wait for `readDue`. */
  list(): void {
    const pids = this.#files.pids(mostProcesses * 2);
    this.#listing += 1;
    const unread: number[] = [];
    const count = Math.min(pids.length, mostProcesses);
    for (let i = 0; i < count; i += 1) {
      const pid = pids[i] ?? 0;
      const entry = this.entries.get(pid);
      if (entry === undefined) unread.push(pid);
      else entry.listing = this.#listing;
    }
    this.droppedCount = pids.length - count;
    this.#unread = unread;
    for (const entry of this.entries.values()) if (entry.listing !== this.#listing) this.#forget(entry);
  }

  /** Reads the busy ones, and of the new and the idle ones that are due `most`; returns the clock ticks they used. */
  readDue(moment: ReadingMoment, most: number): number {
    let ticks = 0;
    const due: TrackedProcess[] = [];
    for (const entry of this.entries.values()) {
      if (entry.dueAtMs > moment.nowMs) continue;
      if (entry.idleReadings < 0) ticks += this.#read(entry, moment);
      else due.push(entry);
    }
    const newOnes = Math.min(this.#unread.length, Math.max(most >> 1, most - due.length));
    ticks += this.readNew(moment, newOnes);
    const reads = Math.min(due.length, most - newOnes);
    // Each time from where it stopped, so that nobody waits for ever.
    const first = reads < due.length ? this.#firstDue % due.length : 0;
    for (let i = 0; i < reads; i += 1) {
      const entry = due[(first + i) % due.length];
      if (entry !== undefined) ticks += this.#read(entry, moment);
    }
    this.#firstDue = first + reads;
    this.postponedCount = due.length - reads + this.#unread.length;
    return ticks;
  }

  /** Reads `most` of the new ones; returns the clock ticks they used. */
  readNew(moment: ReadingMoment, most: number): number {
    let ticks = 0;
    for (const pid of this.#unread.splice(0, most)) ticks += this.#add(pid, moment);
    return ticks;
  }

  /** Reads `most` of those not read since `sinceMs`; returns the clock ticks they used, and how many were read. */
  readRest(
    moment: ReadingMoment,
    most: number,
    sinceMs: number,
  ): { readonly ticks: number; readonly reads: number } {
    let ticks = 0;
    let reads = 0;
    for (const entry of this.entries.values()) {
      if (reads >= most) break;
      if (entry.readAtMs >= sinceMs) continue;
      ticks += this.#read(entry, moment);
      reads += 1;
    }
    this.postponedCount = this.#unread.length;
    return { ticks, reads };
  }

  /** How many processes were in a state when they were last read. */
  countState(state: number): number {
    return this.#states[state & 127] ?? 0;
  }

  #add(pid: number, moment: ReadingMoment): number {
    const stat = this.#stat;
    if (this.#files.read(`${pid}/stat`) !== 'read' || !stat.parse(this.#files.bytes, this.#files.length))
      return 0;
    return this.#addRead(pid, moment);
  }

  /** The process that was just read is new. */
  #addRead(pid: number, moment: ReadingMoment): number {
    const stat = this.#stat;
    const entry = createTracked(pid, stat, moment.nowMs);
    entry.listing = this.#listing;
    this.entries.set(pid, entry);
    this.#countIn(stat.state, 1);
    const ageMs = Math.max(1, ((moment.uptimeTicks - stat.startTicks) * 1000) / this.#ticksPerSecond);
    if (moment.intervalMs === 0) updateStorage(entry, this.#files, moment.nowMs);
    if (this.size >= manyProcesses && this.#ratio(stat.cpuTicks, ageMs) < idleRatio)
      this.#rest(entry, moment);
    if (moment.intervalMs === 0 || ageMs > Math.max(longestWaitMs, moment.intervalMs)) return 0;
    // One born since the last scan, or since the last listing. All of its time counts for the interval, as for all
    // others: over its short age, a process just born would lead every list.
    beginStorage(entry, moment.nowMs - ageMs);
    const spanMs = Math.max(moment.intervalMs, shortestSpanMs, ageMs);
    entry.cpuRatio = this.#ratio(stat.cpuTicks, spanMs);
    return (stat.cpuTicks * moment.intervalMs) / Math.max(ageMs, moment.intervalMs);
  }

  /** Among many, one that was idle all its life so far is not due at once. */
  #rest(entry: TrackedProcess, { nowMs }: ReadingMoment): void {
    entry.idleReadings = 3;
    entry.dueAtMs = nowMs + firstRestMs + (entry.pid % 16) * firstSpreadMs;
  }

  /** Brings one process up to date and returns the clock ticks it used meanwhile; forgets it when it has ended. */
  #read(entry: TrackedProcess, moment: ReadingMoment): number {
    const spanMs = moment.nowMs - entry.readAtMs;
    if (spanMs < shortestSpanMs) return 0;
    const stat = this.#stat;
    if (!this.#readStat(entry)) {
      this.#forget(entry);
      return 0;
    }
    if (entry.startTicks !== stat.startTicks) {
      this.#forget(entry);
      return this.#addRead(entry.pid, moment);
    }
    this.#countIn(entry.state, -1);
    this.#countIn(stat.state, 1);
    const ticks = updateTracked(entry, stat, moment.nowMs);
    entry.cpuRatio = this.#ratio(ticks, spanMs);
    updateStorage(entry, this.#files, moment.nowMs);
    const { readRate, writeRate } = entry.storage;
    const isBusy =
      ticks > 0 || entry.state === stateCodes.uninterruptible || (readRate ?? 0) + (writeRate ?? 0) > 0;
    this.#schedule(entry, moment, isBusy);
    return ticks;
  }

  #readStat(entry: TrackedProcess): boolean {
    const files = this.#files;
    const isKept = entry.statDescriptor >= 0;
    const outcome = isKept ? files.readOpen(entry.statDescriptor) : files.read(`${entry.pid}/stat`);
    if (outcome === 'read' && this.#stat.parse(files.bytes, files.length)) return true;
    // The pid may be that of another process by now.
    if (!isKept) return false;
    this.#release(entry);
    return this.#readStat(entry);
  }

  #schedule(entry: TrackedProcess, moment: ReadingMoment, isBusy: boolean): void {
    if (isBusy) {
      entry.idleReadings = Math.min(entry.idleReadings, 0) - 1;
      entry.dueAtMs = moment.nowMs;
      if (entry.idleReadings < -2) this.#keepOpen(entry);
      return;
    }
    entry.idleReadings = Math.max(entry.idleReadings, 0) + 1;
    if (entry.idleReadings > 2) this.#release(entry);
    const doublings = entry.isKernelThread ? mostDoublings : Math.min(entry.idleReadings, mostDoublings);
    // Spread by pid, so that thousands of idle processes do not become due at one tick.
    const spread = 0.75 + (entry.pid % 16) / 64;
    const longestMs = this.size < thousands ? longestWaitMs : longestWaitAmongManyMs;
    const waitMs = Math.min(moment.intervalMs * 2 ** doublings, longestMs * spread);
    entry.dueAtMs = moment.nowMs + waitMs - moment.intervalMs / 2;
  }

  #keepOpen(entry: TrackedProcess): void {
    if (entry.statDescriptor >= 0 || this.#descriptors >= mostDescriptors) return;
    entry.statDescriptor = this.#files.open(`${entry.pid}/stat`);
    if (entry.statDescriptor >= 0) this.#descriptors += 1;
  }

  #release(entry: TrackedProcess): void {
    if (entry.statDescriptor < 0) return;
    this.#files.close(entry.statDescriptor);
    entry.statDescriptor = -1;
    this.#descriptors -= 1;
  }

  #forget(entry: TrackedProcess): void {
    this.#release(entry);
    this.#countIn(entry.state, -1);
    this.entries.delete(entry.pid);
  }

  #countIn(state: number, change: number): void {
    this.#states[state & 127] = this.countState(state) + change;
  }

  #ratio(ticks: number, spanMs: number): number {
    return (ticks * 1000) / this.#ticksPerSecond / spanMs;
  }
}
