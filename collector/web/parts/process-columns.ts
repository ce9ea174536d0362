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

/** Every word must be somewhere: pid, name, user, job or command line. */
export function matchesFilter(process: Process, filter: string): boolean {
  const { pid, name, user, job, command } = process;
  const text = `${pid} ${name} ${user} ${job ?? ''} ${command}`.toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
