// What changes of a process from snapshot to snapshot, and how it becomes whole numbers. Data only.
import type { ProcessSample, ProcessSnapshot } from '../../../shared/model/process.ts';

/** What stays the same over a process's life is told of by a dictionary, as is the name of a wait channel. */
export interface ProcessFigures
  extends Pick<
    ProcessSample,
    | 'threads'
    | 'state'
    | 'cpuRatio'
    | 'memoryRatio'
    | 'residentBytes'
    | 'readBytesPerSecond'
    | 'writeBytesPerSecond'
    | 'voluntarySwitchesPerSecond'
    | 'involuntarySwitchesPerSecond'
    | 'gpuMemoryBytes'
  > {
  /** Number of the process in the dictionary. */
  readonly id: number;
  readonly waitChannelId: number | null;
}

export interface FiguresSnapshot extends Omit<ProcessSnapshot, 'processes'> {
  readonly processes: readonly ProcessFigures[];
}

/** A figure is `whole * of / by`: two whole numbers, because 1e-4 itself is not exact. */
export interface Field {
  readonly of: number;
  readonly by: number;
  /** Its whole number tells by how much it is more than that of the same process before. */
  readonly isChange: boolean;
}

const ratio = { of: 1, by: 10_000 };
const kibibytes = { of: 1024, by: 1 };
const single = { of: 1, by: 1 };

/** In this order in rows of figures. The first of them are known of each process. */
export const fields: readonly Field[] = [
  { ...single, isChange: true },
  { ...single, isChange: false },
  { ...ratio, isChange: true },
  { ...ratio, isChange: true },
  { ...kibibytes, isChange: true },
  { ...kibibytes, isChange: true },
  { ...kibibytes, isChange: true },
  { ...single, isChange: true },
  { ...single, isChange: true },
  { ...kibibytes, isChange: true },
  { ...single, isChange: false },
];

export const alwaysKnown = 5;

/** Writes into the column of each field; NaN stands for what is not known. */
export function writeRow(columns: readonly Float64Array[], place: number, process: ProcessFigures): void {
  const write = (field: number, value: number | null): void => {
    const column = columns[field];
    if (column !== undefined) column[place] = value ?? Number.NaN;
  };
  write(0, process.threads);
  write(1, process.state === '' ? 0 : process.state.charCodeAt(0));
  write(2, process.cpuRatio);
  write(3, process.memoryRatio);
  write(4, process.residentBytes);
  write(5, process.readBytesPerSecond);
  write(6, process.writeBytesPerSecond);
  write(7, process.voluntarySwitchesPerSecond);
  write(8, process.involuntarySwitchesPerSecond);
  write(9, process.gpuMemoryBytes);
  write(10, process.waitChannelId);
}

export function readRow(columns: readonly Float64Array[], place: number, id: number): ProcessFigures {
  const known = (field: number): number => columns[field]?.[place] ?? 0;
  const optional = (field: number): number | null => {
    const value = known(field);
    return Number.isNaN(value) ? null : value;
  };
  const state = known(1);
  return {
    id,
    threads: known(0),
    state: state === 0 ? '' : String.fromCharCode(state),
    cpuRatio: known(2),
    memoryRatio: known(3),
    residentBytes: known(4),
    readBytesPerSecond: optional(5),
    writeBytesPerSecond: optional(6),
    voluntarySwitchesPerSecond: optional(7),
    involuntarySwitchesPerSecond: optional(8),
    gpuMemoryBytes: optional(9),
    waitChannelId: optional(10),
  };
}
