// Processes over HTTP.
import { type Static, Type } from 'typebox';
import { NullableNumber, NullableString } from './nullable.ts';

function nullableInteger(description: string) {
  return Type.Union([Type.Integer(), Type.Null()], { description });
}

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
    step: NullableString,
    localRank: nullableInteger("Rank among the step's tasks on this node, from 0."),
    outsideJob: Type.Boolean({
      description: 'True when its user has a job on the node and this process is in none.',
    }),
    parentPid: Type.Integer(),
    threads: Type.Integer(),
    state: Type.String({ description: 'State letter of the kernel: R, S, D, Z, …' }),
    readBytesPerSecond: NullableNumber,
    writeBytesPerSecond: NullableNumber,
    allowedCpus: Type.Union([Type.String(), Type.Null()], {
      description: 'CPUs it may run on, as the kernel lists them: 0-3,8.',
    }),
    waitChannel: Type.Union([Type.String(), Type.Null()], {
      description: 'Kernel function in which it waits; null when it does not, or may not be seen.',
    }),
    voluntarySwitchesPerSecond: NullableNumber,
    involuntarySwitchesPerSecond: NullableNumber,
    gpuMemoryBytes: NullableNumber,
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
    zombieCount: nullableInteger('How many of them have ended and were not waited for.'),
    uninterruptibleCount: nullableInteger('How many of them wait in the kernel, in state D.'),
    processes: Type.Array(Process, { description: 'Busiest first.' }),
  },
  { $id: 'ProcessTable' },
);
export type ProcessTable = Static<typeof ProcessTable>;
