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

/** A snapshot as columns. */
export interface SnapshotColumns extends Omit<ProcessSnapshot, 'processes'> {
  /** Number in the dictionary of each process. */
  readonly ids: readonly number[];
  /** Column after column in the order of `fields`, without the last; NaN stands for what is not known. */
  readonly figures: Float64Array;
  /** The last column; null: not known of any. */
  readonly waitChannelIds: readonly (number | null)[] | null;
}

export function toColumns({ processes, ...counts }: FiguresSnapshot): SnapshotColumns {
  const rows = processes.length;
  const figures = new Float64Array(rows * (fields.length - 1));
  for (const [row, process] of processes.entries()) {
    for (const [column, value] of valuesOf(process).entries())
      figures[column * rows + row] = value ?? Number.NaN;
  }
  return {
    ...counts,
    ids: processes.map(({ id }) => id),
    figures,
    waitChannelIds: processes.map(({ waitChannelId }) => waitChannelId),
  };
}

function valuesOf(process: ProcessFigures): readonly (number | null)[] {
  return [
    process.threads,
    process.state === '' ? 0 : process.state.charCodeAt(0),
    process.cpuRatio,
    process.memoryRatio,
    process.residentBytes,
    process.readBytesPerSecond,
    process.writeBytesPerSecond,
    process.voluntarySwitchesPerSecond,
    process.involuntarySwitchesPerSecond,
    process.gpuMemoryBytes,
  ];
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
