// A process snapshot as columns. Its rows are made when somebody asks: most snapshots only pass through.
import type { ProcessSample, ProcessSnapshot } from './model/process.ts';
import type { ProcessColumns, ProcessDefinition } from './model/process-columns.ts';
import { figure, figureCount, packFigures, unpackFigures } from './process-figures.ts';

type Counts = Omit<ProcessSnapshot, 'processes'>;

export class ColumnSnapshot implements ProcessSnapshot {
  readonly timeMs: number;
  readonly processCount: number;
  readonly zombieCount: number;
  readonly uninterruptibleCount: number;
  readonly columns: ProcessColumns;

  constructor({ timeMs, processCount, zombieCount, uninterruptibleCount }: Counts, columns: ProcessColumns) {
    this.timeMs = timeMs;
    this.processCount = processCount;
    this.zombieCount = zombieCount;
    this.uninterruptibleCount = uninterruptibleCount;
    this.columns = columns;
  }

  /** Made anew each time. */
  get processes(): readonly ProcessSample[] {
    const { definitions, figures, waitChannels } = this.columns;
    const values = new Float64Array(figureCount * definitions.length);
    unpackFigures(figures, definitions.length, values);
    return definitions.map((definition, row) =>
      sampleOf(definition, values, {
        row,
        rows: definitions.length,
        waitChannel: waitChannels?.[row] ?? null,
      }),
    );
  }
}

export function columnsOf(snapshot: ProcessSnapshot): ProcessColumns {
  if (snapshot instanceof ColumnSnapshot) return snapshot.columns;
  const { processes } = snapshot;
  const isAnyWaiting = processes.some(({ waitChannel }) => waitChannel !== null);
  const waitChannels = isAnyWaiting ? processes.map(({ waitChannel }) => waitChannel) : null;
  return { definitions: processes, figures: packFigures(processes), waitChannels };
}

/** The same with rows that are objects. */
export function plainSnapshot(snapshot: ProcessSnapshot): ProcessSnapshot {
  const { timeMs, processCount, zombieCount, uninterruptibleCount, processes } = snapshot;
  return { timeMs, processCount, zombieCount, uninterruptibleCount, processes };
}

/** The same at another time. */
export function movedSnapshot(snapshot: ProcessSnapshot, timeMs: number): ProcessSnapshot {
  if (!(snapshot instanceof ColumnSnapshot)) return { ...snapshot, timeMs };
  const { processCount, zombieCount, uninterruptibleCount, columns } = snapshot;
  return new ColumnSnapshot({ timeMs, processCount, zombieCount, uninterruptibleCount }, columns);
}

/** Field by field: objects put together from others cost five times as much. */
function sampleOf(
  definition: ProcessDefinition,
  values: Float64Array,
  {
    row,
    rows,
    waitChannel,
  }: { readonly row: number; readonly rows: number; readonly waitChannel: string | null },
): ProcessSample {
  const known = (column: number): number => values[column * rows + row] ?? 0;
  const optional = (column: number): number | null => {
    const value = known(column);
    return Number.isNaN(value) ? null : value;
  };
  const state = known(figure.state);
  return {
    pid: definition.pid,
    startTimeMs: definition.startTimeMs,
    parentPid: definition.parentPid,
    name: definition.name,
    command: definition.command,
    user: definition.user,
    uid: definition.uid,
    threads: known(figure.threads),
    state: state === 0 ? '' : String.fromCharCode(state),
    cpuRatio: known(figure.cpu),
    memoryRatio: known(figure.memory),
    residentBytes: known(figure.resident),
    readBytesPerSecond: optional(figure.read),
    writeBytesPerSecond: optional(figure.write),
    job: definition.job,
    step: definition.step,
    localRank: definition.localRank,
    outsideJob: definition.outsideJob,
    allowedCpus: definition.allowedCpus,
    waitChannel,
    voluntarySwitchesPerSecond: optional(figure.voluntary),
    involuntarySwitchesPerSecond: optional(figure.involuntary),
    gpuMemoryBytes: optional(figure.gpu),
  };
}
