// What is known of one process from its last reading, and the storage figures of it.
// In: a parsed /proc/PID/stat, /proc/PID/io (proc_pid_io(5)). Out: rates between two readings of that process.
import type { ProcFiles } from './proc-files.ts';
import type { ProcessStat } from './process-stat.ts';

const readKey = Buffer.from('\nread_bytes: ');
const writeKey = Buffer.from('\nwrite_bytes: ');
/** A process that uses next to no CPU time may still read and write now and then. */
const lookEveryMs = 120_000;

export const stateCodes = { running: 82, uninterruptible: 68, zombie: 90 } as const;

export interface TrackedProcess {
  readonly pid: number;
  readonly startTicks: number;
  readonly isKernelThread: boolean;
  parentPid: number;
  threads: number;
  /** ASCII code of the letter. */
  state: number;
  /** Monotonic ms at which it was first seen in this state. */
  stateSinceMs: number;
  nameHash: number;
  residentPages: number;
  cpuTicks: number;
  /** CPU seconds per second between the last two readings. */
  cpuRatio: number;
  storage: StorageFigures;
  /** Monotonic ms. */
  readAtMs: number;
  dueAtMs: number;
  /** How often in a row it had used no CPU time; negative while it was busy, as often. */
  idleReadings: number;
  /** The listing of the folder in which it was last seen. */
  listing: number;
  /** Kept open while it is busy; -1 otherwise. */
  statDescriptor: number;
}

export interface StorageFigures {
  /** True once the kernel refused the bytes to us. */
  isHidden: boolean;
  /** Bytes so far; NaN when not known. */
  readBytes: number;
  writeBytes: number;
  readRate: number | null;
  writeRate: number | null;
  /** Monotonic ms until which the bytes hold, and the clock ticks of the process then. */
  asOfMs: number;
  asOfTicks: number;
  /** Monotonic ms of the last look into the file. */
  readAtMs: number;
}

export function createTracked(pid: number, stat: ProcessStat, nowMs: number): TrackedProcess {
  return {
    pid,
    startTicks: stat.startTicks,
    isKernelThread: stat.isKernelThread,
    parentPid: stat.parentPid,
    threads: stat.threads,
    state: stat.state,
    stateSinceMs: nowMs,
    nameHash: stat.nameHash,
    residentPages: stat.residentPages,
    cpuTicks: stat.cpuTicks,
    cpuRatio: 0,
    storage: {
      isHidden: stat.isKernelThread,
      readBytes: Number.NaN,
      writeBytes: Number.NaN,
      readRate: null,
      writeRate: null,
      asOfMs: nowMs,
      asOfTicks: -1,
      readAtMs: Number.NEGATIVE_INFINITY,
    },
    readAtMs: nowMs,
    dueAtMs: nowMs,
    idleReadings: 0,
    listing: 0,
    statDescriptor: -1,
  };
}

/** Takes over a newer reading; returns the clock ticks used since the one before. */
export function updateTracked(process: TrackedProcess, stat: ProcessStat, nowMs: number): number {
  const ticks = Math.max(0, stat.cpuTicks - process.cpuTicks);
  if (stat.state !== process.state) process.stateSinceMs = nowMs;
  process.parentPid = stat.parentPid;
  process.threads = stat.threads;
  process.state = stat.state;
  process.nameHash = stat.nameHash;
  process.residentPages = stat.residentPages;
  process.cpuTicks = stat.cpuTicks;
  process.readAtMs = nowMs;
  return ticks;
}

/** A process just born began with no bytes, so its first figures are a distance already. */
export function beginStorage(process: TrackedProcess, bornAtMs: number): void {
  process.storage.readBytes = 0;
  process.storage.writeBytes = 0;
  process.storage.asOfMs = bornAtMs;
}

/**
 * What passed between the process and storage. A refusal is remembered. Without CPU time nothing passes, so the file
 * is left alone then, but for a look now and then.
 */
export function updateStorage(process: TrackedProcess, files: ProcFiles, nowMs: number): void {
  const { storage, cpuTicks } = process;
  if (storage.isHidden) return;
  const isStill = storage.asOfTicks === cpuTicks && process.state !== stateCodes.uninterruptible;
  const spanMs = nowMs - storage.asOfMs;
  storage.asOfMs = nowMs;
  if (isStill && nowMs - storage.readAtMs < lookEveryMs) {
    if (storage.readRate !== null) storage.readRate = 0;
    if (storage.writeRate !== null) storage.writeRate = 0;
    return;
  }
  storage.isHidden = files.read(`${process.pid}/io`) === 'denied';
  const readBytes = files.numberAfter(readKey);
  const writeBytes = files.numberAfter(writeKey);
  storage.readRate = rate(readBytes - storage.readBytes, spanMs);
  storage.writeRate = rate(writeBytes - storage.writeBytes, spanMs);
  storage.readBytes = readBytes;
  storage.writeBytes = writeBytes;
  storage.readAtMs = nowMs;
  storage.asOfTicks = cpuTicks;
}

/** null unless both readings were there. */
function rate(bytes: number, spanMs: number): number | null {
  return Number.isNaN(bytes) || spanMs <= 0 ? null : (Math.max(0, bytes) * 1000) / spanMs;
}
