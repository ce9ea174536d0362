// In: what changes of a process from snapshot to snapshot. Out: fixed records of 49 bytes, little-endian, and back:
//   u32 dictionary id | u32 threads | u8 state, ASCII | f64 cpu ratio | f64 memory ratio | f64 resident bytes |
//   f64 read bytes/s | f64 write bytes/s       NaN stands for null.
import type { ProcessSample } from '../../shared/model/process.ts';

export type PackedProcess = { readonly id: number } & Pick<
  ProcessSample,
  | 'threads'
  | 'state'
  | 'cpuRatio'
  | 'memoryRatio'
  | 'residentBytes'
  | 'readBytesPerSecond'
  | 'writeBytesPerSecond'
>;

const recordBytes = 4 + 4 + 1 + 5 * 8;

export function packProcesses(processes: readonly PackedProcess[]): Buffer {
  const packed = Buffer.alloc(processes.length * recordBytes);
  let at = 0;
  for (const process of processes) {
    at = packed.writeUInt32LE(process.id, at);
    at = packed.writeUInt32LE(process.threads, at);
    at = packed.writeUInt8(process.state.charCodeAt(0) & 0x7f, at);
    at = packed.writeDoubleLE(process.cpuRatio, at);
    at = packed.writeDoubleLE(process.memoryRatio, at);
    at = packed.writeDoubleLE(process.residentBytes, at);
    at = packed.writeDoubleLE(process.readBytesPerSecond ?? Number.NaN, at);
    at = packed.writeDoubleLE(process.writeBytesPerSecond ?? Number.NaN, at);
  }
  return packed;
}

export function unpackProcesses(packed: Buffer): PackedProcess[] {
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
    });
  }
  return processes;
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
