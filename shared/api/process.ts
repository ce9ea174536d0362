// Processes over HTTP.
import { type Static, Type } from 'typebox';
import { NullableNumber, NullableString } from './nullable.ts';

export const Process = Type.Object(
  {
    pid: Type.Integer(),
    startTime: Type.Number({
      description: 'Seconds since the Unix epoch. pid and startTime together name it.',
    }),
    name: Type.String(),
    command: Type.String({ description: 'Command line, secrets masked.' }),
    user: Type.String(),
    cpuRatio: Type.Number({ description: 'CPU seconds per second; 1 is one core fully used.' }),
    memoryRatio: Type.Number({ description: 'Resident memory against the memory of the node.' }),
    residentBytes: Type.Number(),
    job: NullableString,
    parentPid: Type.Integer(),
    threads: Type.Integer(),
    state: Type.String({ description: 'State letter of the kernel: R, S, D, Z, …' }),
    readBytesPerSecond: NullableNumber,
    writeBytesPerSecond: NullableNumber,
  },
  { $id: 'Process' },
);
export type Process = Static<typeof Process>;

/** The snapshot nearest before a moment. */
export const ProcessTable = Type.Object(
  {
    node: Type.String(),
    time: Type.Union([Type.Number(), Type.Null()], {
      description: 'Of the snapshot; null when there is none.',
    }),
    processCount: Type.Integer({ description: 'How many processes the node had in all.' }),
    processes: Type.Array(Process, { description: 'Busiest first.' }),
  },
  { $id: 'ProcessTable' },
);
export type ProcessTable = Static<typeof ProcessTable>;
