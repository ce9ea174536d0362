// Keeps what is known of every process and brings it up to date, one process at a time.
// In: /proc/PID/stat and /proc/PID/io. Out: rates since the previous reading of that same process.
// Invariants: an entry is one pid with one start time; a process that is found idle is due later and later, kernel
// threads at once late; never more than `mostProcesses` entries, what is above is counted.
import type { ProcFiles } from './proc-files.ts';
import { ProcessStat } from './process-stat.ts';

const mostProcesses = 100_000;
/** Below this distance a clock tick is too coarse for a ratio. */
const shortestSpanMs = 200;
const longestWaitMs = 30_000;
const mostDoublings = 10;
const readKey = Buffer.from('\nread_bytes: ');
const writeKey = Buffer.from('\nwrite_bytes: ');
const zero = 48;

export interface TrackedProcess {
  readonly pid: number;
  readonly startTicks: number;
  readonly isKernelThread: boolean;
  parentPid: number;
  threads: number;
  /** ASCII code of the letter. */
  state: number;
  nameHash: number;
  residentPages: number;
  cpuTicks: number;
  /** CPU seconds per second between the last two readings. */
  cpuRatio: number;
  /** True once the kernel refused the bytes to us. */
  isStorageHidden: boolean;
  /** Bytes so far; NaN when not known. */
  readBytes: number;
  writeBytes: number;
  readRate: number | null;
  writeRate: number | null;
  /** Monotonic ms. */
  readAtMs: number;
  dueAtMs: number;
  idleReadings: number;
}

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
  readonly #files: ProcFiles;
  readonly #stat = new ProcessStat();
  readonly #ticksPerSecond: number;

  constructor(files: ProcFiles, ticksPerSecond: number) {
    this.#files = files;
    this.#ticksPerSecond = ticksPerSecond;
  }

  /** Looks which processes exist: forgets the ended, reads the new. Returns the clock ticks that the new ones used. */
  list(moment: ReadingMoment): number {
    const pids = this.#files.pids(mostProcesses * 2);
    const alive = new Set(pids.slice(0, mostProcesses));
    this.droppedCount = pids.length - alive.size;
    for (const pid of this.entries.keys()) if (!alive.has(pid)) this.entries.delete(pid);
    let ticks = 0;
    for (const pid of alive) if (!this.entries.has(pid)) ticks += this.read(pid, moment);
    return ticks;
  }

  /** Brings one process up to date and returns the clock ticks it used meanwhile; forgets it when it has ended. */
  read(pid: number, moment: ReadingMoment): number {
    const files = this.#files;
    const stat = this.#stat;
    if (files.read(`${pid}/stat`) !== 'read' || !stat.parse(files.bytes, files.length)) {
      this.entries.delete(pid);
      return 0;
    }
    const known = this.entries.get(pid);
    if (known === undefined || known.startTicks !== stat.startTicks) return this.#add(pid, moment);
    if (moment.nowMs - known.readAtMs < shortestSpanMs) return 0;
    return this.#update(known, moment);
  }

  #add(pid: number, moment: ReadingMoment): number {
    const stat = this.#stat;
    const ageMs = Math.max(0, ((moment.uptimeTicks - stat.startTicks) * 1000) / this.#ticksPerSecond);
    const isYoung = ageMs <= moment.intervalMs;
    const ticks = isYoung ? stat.cpuTicks : 0;
    // Over the whole interval, as for all others: over its short age, a process just born would lead every list.
    const spanMs = Math.max(moment.intervalMs, shortestSpanMs);
    const entry: TrackedProcess = {
      pid,
      startTicks: stat.startTicks,
      isKernelThread: stat.isKernelThread,
      parentPid: stat.parentPid,
      threads: stat.threads,
      state: stat.state,
      nameHash: stat.nameHash,
      residentPages: stat.residentPages,
      cpuTicks: stat.cpuTicks,
      cpuRatio: this.#ratio(ticks, spanMs),
      isStorageHidden: stat.isKernelThread,
      // A young process began with no bytes, so its first figures are a distance already.
      readBytes: isYoung ? 0 : Number.NaN,
      writeBytes: isYoung ? 0 : Number.NaN,
      readRate: null,
      writeRate: null,
      readAtMs: moment.nowMs,
      dueAtMs: moment.nowMs,
      idleReadings: 0,
    };
    this.entries.set(pid, entry);
    this.#updateStorage(entry, spanMs);
    return ticks;
  }

  #update(entry: TrackedProcess, moment: ReadingMoment): number {
    const stat = this.#stat;
    const spanMs = moment.nowMs - entry.readAtMs;
    const ticks = Math.max(0, stat.cpuTicks - entry.cpuTicks);
    entry.parentPid = stat.parentPid;
    entry.threads = stat.threads;
    entry.state = stat.state;
    entry.nameHash = stat.nameHash;
    entry.residentPages = stat.residentPages;
    entry.cpuTicks = stat.cpuTicks;
    entry.cpuRatio = this.#ratio(ticks, spanMs);
    entry.readAtMs = moment.nowMs;
    this.#updateStorage(entry, spanMs);
    this.#schedule(entry, moment, ticks > 0 || (entry.readRate ?? 0) + (entry.writeRate ?? 0) > 0);
    return ticks;
  }

  /** What passed between the process and storage (proc_pid_io(5)); a refusal is remembered. */
  #updateStorage(entry: TrackedProcess, spanMs: number): void {
    if (entry.isStorageHidden) return;
    const outcome = this.#files.read(`${entry.pid}/io`);
    entry.isStorageHidden = outcome === 'denied';
    const readBytes = this.#numberAfter(readKey);
    const writeBytes = this.#numberAfter(writeKey);
    entry.readRate = rate(readBytes - entry.readBytes, spanMs);
    entry.writeRate = rate(writeBytes - entry.writeBytes, spanMs);
    entry.readBytes = readBytes;
    entry.writeBytes = writeBytes;
  }

  #numberAfter(key: Buffer): number {
    const { bytes, length } = this.#files;
    const at = length === 0 ? -1 : bytes.indexOf(key);
    if (at < 0) return Number.NaN;
    let value = 0;
    let position = at + key.length;
    for (; position < length; position += 1) {
      const digit = (bytes[position] ?? 0) - zero;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    // Without a line feed behind it the number was cut, or stems from an earlier reading.
    return position < length ? value : Number.NaN;
  }

  #schedule(entry: TrackedProcess, moment: ReadingMoment, isBusy: boolean): void {
    entry.idleReadings = isBusy ? 0 : entry.idleReadings + 1;
    entry.dueAtMs = moment.nowMs;
    if (isBusy) return;
    const doublings = entry.isKernelThread ? mostDoublings : Math.min(entry.idleReadings, mostDoublings);
    // Spread by pid, so that thousands of idle processes do not become due at one tick.
    const spread = 0.75 + (entry.pid % 16) / 64;
    const waitMs = Math.min(moment.intervalMs * 2 ** doublings, longestWaitMs * spread);
    entry.dueAtMs = moment.nowMs + waitMs - moment.intervalMs / 2;
  }

  #ratio(ticks: number, spanMs: number): number {
    return (ticks * 1000) / this.#ticksPerSecond / spanMs;
  }
}

/** null unless both readings were there. */
function rate(bytes: number, spanMs: number): number | null {
  return Number.isNaN(bytes) ? null : (Math.max(0, bytes) * 1000) / spanMs;
}
