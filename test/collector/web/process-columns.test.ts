import { describe, expect, it } from 'vitest';
import { matchesFilter, processColumns, valueOf } from '../../../collector/web/parts/process-columns.ts';
import { makeProcesses } from './preview-cluster.ts';

const [process] = makeProcesses('n1', 1000, true).processes;

describe('process filter', () => {
  it('wants every word somewhere: name, user, job, pid or command line', () => {
    if (process === undefined) throw new Error('no process made');
    expect(matchesFilter(process, '')).toBe(true);
    expect(matchesFilter(process, `${process.user.toUpperCase()} ${process.pid}`)).toBe(true);
    expect(matchesFilter(process, `${process.user} nosuchword`)).toBe(false);
  });

  it('has a value to sort by for every column', () => {
    if (process === undefined) throw new Error('no process made');
    for (const column of processColumns) expect(valueOf(process, column)).toBeDefined();
  });
});
