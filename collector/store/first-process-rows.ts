// The first format of packed processes; rows of it are read until the retention ends, none are written. In: fixed
// records of 49 bytes, little-endian. Out: what changes of a process, with null for what that format did not have.
//   u32 dictionary id | u32 threads | u8 state, ASCII | f64 cpu ratio | f64 memory ratio | f64 resident bytes |
//   f64 read bytes/s | f64 write bytes/s       NaN stands for null.
import type { PackedProcess } from './process-rows.ts';

const recordBytes = 4 + 4 + 1 + 5 * 8;

export function unpackFirstProcesses(packed: Buffer): PackedProcess[] {
  const processes: PackedProcess[] = [];
  for (let at = 0; at + recordBytes <= packed.length; at += recordBytes) {
    processes.push({
      id: packed.readUInt32LE(at),
      threads: packed.readUInt32LE(at + 4),
      state: String.fromCharCode(packed.readUInt8(at + 8)),
      cpuRatio: packed.readDoubleLE(at + 9),
      memoryRatio: packed.readDoubleLE(at + 17),
      residentBytes: packed.readDoubleLE(at + 25),
      readBytesPerSecond: orNull(packed.readDoubleLE(at + 33)),
      writeBytesPerSecond: orNull(packed.readDoubleLE(at + 41)),
      voluntarySwitchesPerSecond: null,
      involuntarySwitchesPerSecond: null,
      gpuMemoryBytes: null,
      waitChannelId: null,
    });
  }
  return processes;
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
