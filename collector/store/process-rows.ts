// In: what changes of a process from snapshot to snapshot. Out: one record of about 25 bytes for each, and back exactly:
//   dictionary id | threads | state, ASCII | which of the figures that may be unknown are known, a bit each |
//   cpu ratio | memory ratio | resident bytes | the known ones, in the order of `optional` | id of the wait channel
// Counts and figures as in figure-bytes.ts.
import type { ProcessSample } from '../../shared/model/process.ts';
import { FigureReader, FigureWriter, type Grain } from './figure-bytes.ts';

/** Number of the format, kept beside the rows. 1 is in first-process-rows.ts. */
export const rowFormat = 2;

const ratio: Grain = { of: 1, by: 10_000 };
const bytes: Grain = { of: 1024, by: 1 };
const single: Grain = { of: 1, by: 1 };

const optional = [
  ['readBytesPerSecond', bytes],
  ['writeBytesPerSecond', bytes],
  ['voluntarySwitchesPerSecond', single],
  ['involuntarySwitchesPerSecond', single],
  ['gpuMemoryBytes', bytes],
  ['waitChannelId', single],
] as const;
type OptionalFigure = (typeof optional)[number][0];

export type PackedProcess = { readonly id: number; readonly waitChannelId: number | null } & Pick<
  ProcessSample,
  | 'threads'
  | 'state'
  | 'cpuRatio'
  | 'memoryRatio'
  | 'residentBytes'
  | Exclude<OptionalFigure, 'waitChannelId'>
>;

export function packProcesses(processes: readonly PackedProcess[]): Buffer {
  const writer = new FigureWriter();
  for (const process of processes) {
    writer.count(process.id);
    writer.count(process.threads);
    writer.byte(process.state.charCodeAt(0) & 0x7f);
    writer.byte(knownBits(process));
    writer.figure(process.cpuRatio, ratio);
    writer.figure(process.memoryRatio, ratio);
    writer.figure(process.residentBytes, bytes);
    for (const [name, grain] of optional) {
      const value = process[name];
      if (value !== null) writer.figure(value, grain);
    }
  }
  return writer.end();
}

export function unpackProcesses(packed: Buffer): PackedProcess[] {
  const reader = new FigureReader(packed);
  const processes: PackedProcess[] = [];
  while (!reader.isAtEnd) processes.push(readProcess(reader));
  return processes;
}

function readProcess(reader: FigureReader): PackedProcess {
  const id = reader.count();
  const threads = reader.count();
  const state = String.fromCharCode(reader.byte());
  const known = reader.byte();
  const cpuRatio = reader.figure(ratio);
  const memoryRatio = reader.figure(ratio);
  const residentBytes = reader.figure(bytes);
  const figures: Record<OptionalFigure, number | null> = { ...unknownFigures };
  for (const [place, [name, grain]] of optional.entries()) {
    if ((known & (1 << place)) !== 0) figures[name] = reader.figure(grain);
  }
  return { id, threads, state, cpuRatio, memoryRatio, residentBytes, ...figures };
}

const unknownFigures: Readonly<Record<OptionalFigure, null>> = {
  readBytesPerSecond: null,
  writeBytesPerSecond: null,
  voluntarySwitchesPerSecond: null,
  involuntarySwitchesPerSecond: null,
  gpuMemoryBytes: null,
  waitChannelId: null,
};

function knownBits(process: PackedProcess): number {
  return optional.reduce((bits, [name], place) => (process[name] === null ? bits : bits | (1 << place)), 0);
}
