// The units in which this kernel counts, and when it was booted.
// In: files below /proc. Out: numbers; what is missing gets the value of nearly every Linux machine.
import type { ProcFiles } from './proc-files.ts';

export interface KernelUnits {
  readonly ticksPerSecond: number;
  readonly pageBytes: number;
  /** ms since the Unix epoch; the kernel tells whole seconds. */
  readonly bootTimeMs: number;
}

// Entries of the auxiliary vector, include/uapi/linux/auxvec.h.
const pageSizeEntry = 6n;
const clockTicksEntry = 17n;

export function readKernelUnits(files: ProcFiles): KernelUnits {
  const boot = /^btime (\d+)$/m.exec(files.wholeText('stat'));
  files.read('self/auxv');
  const auxiliary = parseAuxiliaryVector(files.bytes.subarray(0, files.length));
  return {
    ticksPerSecond: auxiliary.get(clockTicksEntry) ?? 100,
    pageBytes: auxiliary.get(pageSizeEntry) ?? 4096,
    bootTimeMs: Number(boot?.[1] ?? 0) * 1000,
  };
}

/** Start of a process in ms since the Unix epoch. */
export function startTimeOf(startTicks: number, units: KernelUnits): number {
  return Math.round(units.bootTimeMs + (startTicks * 1000) / units.ticksPerSecond);
}

/** Pairs of machine words, ended by the type 0. The machines this runs on have little-endian words of 64 bits. */
function parseAuxiliaryVector(bytes: Buffer): Map<bigint, number> {
  const entries = new Map<bigint, number>();
  for (let at = 0; at + 16 <= bytes.length; at += 16) {
    const type = bytes.readBigUInt64LE(at);
    if (type === 0n) break;
    entries.set(type, Number(bytes.readBigUInt64LE(at + 8)));
  }
  return entries;
}
