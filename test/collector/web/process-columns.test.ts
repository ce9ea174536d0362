import { describe, expect, it } from 'vitest';
import {
  isKernelThread,
  matchesFilter,
  processColumns,
  programName,
  valueOf,
} from '../../../collector/web/parts/process-columns.ts';
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

describe('process names', () => {
  it.each([
    ['MainThread', '/opt/py/bin/python3.12 train.py', 'python3.12'],
    ['lmp_mpi', '/opt/lammps/bin/lmp_mpi -in in.lj', null],
    ['containerd-shim', '/usr/bin/containerd-shim-runc-v2 -id 1', null],
    ['run.sh', '/bin/bash ./run.sh', null],
    ['bash', '-bash', null],
    ['kworker/0:1', '', null],
  ])('%s of %s is told by %s', (name, command, program) => {
    expect(programName({ name, command })).toBe(program);
  });

  it('take a process without a command line for a thread of the kernel', () => {
    expect(isKernelThread({ command: '' })).toBe(true);
    expect(isKernelThread({ command: 'sh' })).toBe(false);
  });
});
