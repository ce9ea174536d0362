// Processes as rows, in the order of a tree if so wished. The command line comes last: it is the first to be cut where
// the screen is too narrow, and the lines of the tree are drawn in it.
import type { Process } from '../../shared/api/process.ts';
import { formatBytes, formatBytesPerSecond, formatRatio } from '../../shared/format.ts';
import { shortLines } from '../../shared/process-tree.ts';
import type { Say } from '../language/language.ts';
import type { Column } from '../output/output.ts';
import { showNumber, showTime } from '../output/show-value.ts';

export interface ProcessRow {
  readonly process: Process;
  /** The lines of the tree that lead to it. */
  readonly lines: string;
}

/** What processes can be sorted by. */
export const processSortings = {
  cpu: ({ cpuRatio }: Process) => cpuRatio,
  memory: ({ residentBytes }: Process) => residentBytes,
  io: ({ readBytesPerSecond, writeBytesPerSecond }: Process) =>
    (readBytesPerSecond ?? 0) + (writeBytesPerSecond ?? 0),
  gpu: ({ gpuMemoryBytes }: Process) => gpuMemoryBytes ?? -1,
} as const;
export type ProcessSorting = keyof typeof processSortings;

/** These are otherwise in the wide table alone. */
const sortedBy: Readonly<Record<ProcessSorting, readonly string[]>> = {
  cpu: [],
  memory: [],
  io: ['readBytesPerSecond', 'writeBytesPerSecond'],
  gpu: ['gpuMemoryBytes'],
};

export interface ProcessLayout {
  readonly sort: ProcessSorting;
  /** Cells in a line; undefined: as many as it takes. */
  readonly width: number | undefined;
}

export function processColumns(say: Say, { sort, width }: ProcessLayout): Column<ProcessRow>[] {
  return columns(say, width).map(({ value, show, style, only, ...column }) => ({
    ...column,
    ...(only === undefined || sortedBy[sort].includes(column.key) ? {} : { only }),
    value: ({ process }) => value(process),
    ...(show === undefined ? {} : { show: ({ process, lines }: ProcessRow) => show(process, lines) }),
    ...(style === undefined ? {} : { style: ({ process }: ProcessRow) => style(process) }),
  }));
}

type ProcessColumn = Omit<Column<Process>, 'show'> & {
  readonly show?: (process: Process, lines: string) => string;
};

function columns(say: Say, width: number | undefined): ProcessColumn[] {
  return [
    { key: 'pid', header: say('header.pid'), value: ({ pid }) => pid, align: 'right' },
    { key: 'user', header: say('header.user'), value: ({ user }) => user, spare: 3 },
    {
      key: 'state',
      header: say('header.state'),
      value: ({ state }) => state,
      style: ({ state }) => (state === 'D' || state === 'Z' ? 'warning' : 'plain'),
      only: 'wide',
    },
    {
      key: 'cpuRatio',
      header: say('header.cpu'),
      value: ({ cpuRatio }) => cpuRatio,
      show: ({ cpuRatio }) => formatRatio(cpuRatio),
      align: 'right',
    },
    {
      key: 'memoryRatio',
      spare: 1,
      header: say('header.memory'),
      value: ({ memoryRatio }) => memoryRatio,
      show: ({ memoryRatio }) => formatRatio(memoryRatio),
      align: 'right',
    },
    {
      key: 'residentBytes',
      header: say('header.resident'),
      value: ({ residentBytes }) => residentBytes,
      show: ({ residentBytes }) => formatBytes(residentBytes),
      align: 'right',
    },
    ...activityColumns(say),
    ...jobColumns(say),
    ...originColumns(say),
    {
      key: 'command',
      header: say('header.command'),
      value: ({ command }) => command,
      show: (process, lines) => commandText(process, lines, width),
      shrinks: true,
    },
  ];
}

/** Cells that the other columns take, more or less. */
const otherCells = 56;
/** Of a command line, at least. */
const readableCells = 16;
/** Levels of a tree that are drawn where there is little room. */
const narrowLevels = 4;

/** Where a command line does not fit, the program comes first, not the folder in which it lies. */
function commandText({ command, name }: Process, lines: string, width: number | undefined): string {
  const text = command === '' ? `[${name}]` : command;
  if (width === undefined) return lines + text;
  const room = width - otherCells;
  const drawn = lines.length + readableCells <= room ? lines : shortLines(lines, narrowLevels);
  const fits = drawn.length + text.length <= room;
  return drawn + (fits ? text : text.replace(/^\/\S*\/(?=[^\s/])/, ''));
}

/** A process in no job, whose user has a job here, is marked in words: colours are not for everybody. */
function jobColumns(say: Say): ProcessColumn[] {
  return [
    {
      key: 'job',
      spare: 2,
      header: say('header.job'),
      value: ({ job }) => job,
      show: ({ job, outsideJob }) => (outsideJob ? say('top.outside') : (job ?? '–')),
      style: ({ outsideJob }) => (outsideJob ? 'warning' : 'plain'),
    },
    { key: 'step', header: say('header.step'), value: ({ step }) => step, only: 'wide' },
    {
      key: 'localRank',
      header: say('header.rank'),
      value: ({ localRank }) => localRank,
      align: 'right',
      only: 'wide',
    },
    { key: 'outsideJob', header: '', value: ({ outsideJob }) => outsideJob, only: 'csv' },
    { key: 'allowedCpus', header: say('header.cpus'), value: ({ allowedCpus }) => allowedCpus, only: 'wide' },
  ];
}

function activityColumns(say: Say): ProcessColumn[] {
  const perSecond = (rate: number | null) => (rate === null ? '–' : `${showNumber(rate)}/s`);
  return [
    figure(say('header.read'), 'readBytesPerSecond', formatBytesPerSecond),
    figure(say('header.write'), 'writeBytesPerSecond', formatBytesPerSecond),
    figure(say('header.gpuMemory'), 'gpuMemoryBytes', formatBytes),
    figure(say('header.voluntary'), 'voluntarySwitchesPerSecond', perSecond),
    figure(say('header.involuntary'), 'involuntarySwitchesPerSecond', perSecond),
    {
      key: 'waitChannel',
      header: say('header.waits'),
      value: ({ waitChannel }) => waitChannel,
      only: 'wide',
    },
    {
      key: 'threads',
      header: say('header.threads'),
      value: ({ threads }) => threads,
      align: 'right',
      only: 'wide',
    },
  ];
}

type Figure =
  | 'readBytesPerSecond'
  | 'writeBytesPerSecond'
  | 'gpuMemoryBytes'
  | 'voluntarySwitchesPerSecond'
  | 'involuntarySwitchesPerSecond';

function figure(header: string, key: Figure, format: (value: number | null) => string): ProcessColumn {
  const value = (process: Process) => process[key];
  return { key, header, value, show: (process) => format(value(process)), align: 'right', only: 'wide' };
}

function originColumns(say: Say): ProcessColumn[] {
  return [
    {
      key: 'parentPid',
      header: say('header.parent'),
      value: ({ parentPid }) => parentPid,
      align: 'right',
      only: 'wide',
    },
    {
      key: 'startTime',
      header: say('header.started'),
      value: ({ startTime }) => startTime,
      show: ({ startTime }) => showTime(startTime),
      only: 'wide',
    },
    { key: 'name', header: say('header.name'), value: ({ name }) => name, only: 'wide' },
  ];
}
