// Facts of the running kernel that do not change while it runs. In: /proc. Out: numbers; what cannot be read gets the
// value nearly every Linux has, except the boot time, which has none.
import { machine } from 'node:os';
import type { KernelFiles } from './kernel-files.ts';

export interface MachineFacts {
  readonly pageSizeBytes: number;
  /** CLK_TCK: clock ticks per second in /proc/stat and /proc/PID/stat. */
  readonly clockTicksPerSecond: number;
  /** Processors that are online. */
  readonly cpuCount: number;
  /**
   * ms since the Unix epoch; null when not known. Read once: start times of processes are counted from here, and a
   * later step of the wall clock must not give a process a new identity.
   */
  readonly bootTimeMs: number | null;
  /** As uname -m says it: x86_64, aarch64. */
  readonly architecture: string;
  /** Empty when not known. */
  readonly bootId: string;
}

// Entries of the auxiliary vector, see getauxval(3).
const auxPageSize = 6n;
const auxClockTicks = 17n;
const auxEntryBytes = 16;

export function readMachineFacts(files: KernelFiles, proc: string): MachineFacts {
  const auxiliary = readAuxiliary(files, `${proc}/self/auxv`);
  const { cpuCount, bootTimeMs } = readStat(files, `${proc}/stat`);
  return {
    pageSizeBytes: auxiliary.get(auxPageSize) ?? 4096,
    clockTicksPerSecond: auxiliary.get(auxClockTicks) ?? 100,
    cpuCount,
    bootTimeMs,
    architecture: readWord(files, `${proc}/sys/kernel/arch`) || machine(),
    bootId: readWord(files, `${proc}/sys/kernel/random/boot_id`),
  };
}

function readAuxiliary(files: KernelFiles, path: string): ReadonlyMap<bigint, number> {
  const entries = new Map<bigint, number>();
  try {
    const { bytes, end } = files.readOnce(path);
    for (let at = 0; at + auxEntryBytes <= end; at += auxEntryBytes) {
      entries.set(bytes.readBigUInt64LE(at), Number(bytes.readBigUInt64LE(at + 8)));
    }
  } catch {
    // A sandbox may hide it; the usual values serve.
  }
  return entries;
}

function readStat(files: KernelFiles, path: string): Pick<MachineFacts, 'cpuCount' | 'bootTimeMs'> {
  let cpuCount = 0;
  let bootTimeMs: number | null = null;
  try {
    const cursor = files.readOnce(path);
    while (cursor.nextLine()) {
      if (cursor.accept('cpu')) cpuCount += cursor.bytes[cursor.position] === 32 ? 0 : 1;
      else if (cursor.accept('btime ')) {
        const seconds = cursor.integer();
        bootTimeMs = Number.isNaN(seconds) ? null : seconds * 1000;
      }
    }
  } catch {
    // The cpu source reports that the file cannot be read; here it only means not known.
  }
  return { cpuCount: Math.max(1, cpuCount), bootTimeMs };
}

function readWord(files: KernelFiles, path: string): string {
  try {
    const cursor = files.readOnce(path);
    if (!cursor.nextLine()) return '';
    const start = cursor.word();
    return cursor.text(start, cursor.position);
  } catch {
    // Not every kernel configuration has it.
    return '';
  }
}
