// The columns of the process table: by what they sort, and which rows a filter keeps. Pure.
import type { Process } from '../../../shared/api/process.ts';
import type { SortOrder, SortValue } from '../state/sort.ts';

export const processColumns = [
  'pid',
  'name',
  'user',
  'cpu',
  'memory',
  'resident',
  'gpu',
  'read',
  'write',
  'threads',
  'state',
  'job',
  'command',
] as const;
export type ProcessColumn = (typeof processColumns)[number];

export const defaultOrder: SortOrder<ProcessColumn> = { key: 'cpu', descending: true };

const textColumns: ReadonlySet<ProcessColumn> = new Set(['name', 'user', 'state', 'job', 'command']);

export function isNumeric(column: ProcessColumn): boolean {
  return !textColumns.has(column);
}

export function valueOf(process: Process, column: ProcessColumn): SortValue {
  switch (column) {
    case 'cpu':
      return process.cpuRatio;
    case 'memory':
      return process.memoryRatio;
    case 'resident':
      return process.residentBytes;
    case 'gpu':
      return process.gpuMemoryBytes;
    case 'read':
      return process.readBytesPerSecond;
    case 'write':
      return process.writeBytesPerSecond;
    case 'pid':
    case 'name':
    case 'user':
    case 'threads':
    case 'state':
    case 'job':
    case 'command':
      return process[column];
  }
}

/** Every word must be somewhere: pid, name, user, job with step, wait channel or command line. */
export function matchesFilter(process: Process, filter: string): boolean {
  const { pid, name, user, job, step, waitChannel, command } = process;
  const place = `${job ?? ''}.${step ?? ''} ${waitChannel ?? ''}`;
  const text = `${pid} ${name} ${user} ${place} ${command}`.toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** Threads of the kernel have no command line, and nothing of a user's to profile. */
export function isKernelThread({ command }: Pick<Process, 'command'>): boolean {
  return command.trim() === '';
}

/**
 * The program of the command line, where the name does not tell it: threads may name the whole process, as MainThread.
 * null where the name is enough. The kernel cuts names to 15 characters; scripts are named for a later word.
 */
export function programName({ name, command }: Pick<Process, 'name' | 'command'>): string | null {
  const words = command.trim().split(/\s+/).slice(0, 4).map(baseName);
  const [program] = words;
  if (program === undefined || program === '') return null;
  return words.some((word) => word.startsWith(name)) ? null : program;
}

function baseName(word: string): string {
  const path = word.replace(/^[-(]/, '').replace(/[:)]+$/, '');
  return path.slice(path.lastIndexOf('/') + 1);
}
