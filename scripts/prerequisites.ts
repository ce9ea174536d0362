// What the tests need from the operating system, which tests need it, and the command that brings it.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

export interface Prerequisite {
  /** A program that must be found in PATH or in the system's usual folders. */
  readonly program: string;
  /** Debian package that brings it. */
  readonly debian: string;
  /** What is skipped without it, for people. */
  readonly neededBy: string;
}

export const prerequisites: readonly Prerequisite[] = [
  { program: 'perf', debian: 'linux-perf', neededBy: 'profiles of real processes' },
  { program: 'cc', debian: 'gcc libc6-dev', neededBy: 'profiles of a program with known shares' },
  { program: 'g++', debian: 'g++', neededBy: 'exactness of profiles of a C++ program' },
  { program: 'gfortran', debian: 'gfortran', neededBy: 'exactness of profiles of a Fortran program' },
  { program: 'rustc', debian: 'rustc', neededBy: 'exactness of profiles of a Rust program' },
  { program: 'mpicc', debian: 'libopenmpi-dev openmpi-bin', neededBy: 'exactness of profiles of an MPI job' },
  { program: 'ps', debian: 'procps', neededBy: 'comparison of the process table with ps' },
  {
    program: 'stress-ng',
    debian: 'stress-ng',
    neededBy: "comparison of rates with the kernel's counters under load",
  },
  {
    program: 'prometheus-node-exporter',
    debian: 'prometheus-node-exporter',
    neededBy: 'comparison of names and values with node_exporter',
  },
  { program: 'slurmctld', debian: 'slurm-wlm', neededBy: 'restart of a real slurmd' },
  { program: 'munged', debian: 'munge', neededBy: 'restart of a real slurmd' },
  { program: 'systemd-nspawn', debian: 'systemd-container', neededBy: 'the laboratory of three machines' },
  {
    program: 'debootstrap',
    debian: 'debootstrap debian-archive-keyring',
    neededBy: 'the laboratory of three machines',
  },
  { program: 'ip', debian: 'iproute2', neededBy: 'the laboratory of three machines' },
  { program: 'dpkg-deb', debian: 'dpkg', neededBy: 'packages for Debian' },
  { program: 'rpmbuild', debian: 'rpm', neededBy: 'packages for systems with rpm' },
  { program: 'lintian', debian: 'lintian', neededBy: "packages by Debian's own rules" },
  { program: 'man', debian: 'man-db', neededBy: 'manual pages as people see them' },
  { program: 'zsh', debian: 'zsh', neededBy: 'completions in zsh' },
  { program: 'fish', debian: 'fish', neededBy: 'completions in fish' },
  { program: 'nodeset', debian: 'clustershell', neededBy: "comparison of node sets with ClusterShell's" },
  { program: 'chromium', debian: 'chromium fonts-noto-cjk', neededBy: 'the console in a real browser' },
];

const folders = [
  ...(process.env['PATH'] ?? '').split(delimiter),
  '/usr/local/sbin',
  '/usr/sbin',
  '/sbin',
  '/usr/bin',
];

/** Full path of a program, or undefined. */
export function findProgram(program: string): string | undefined {
  return folders.map((folder) => join(folder, program)).find(isExecutable);
}

export function missingPrerequisites(): readonly Prerequisite[] {
  return prerequisites.filter(({ program }) => findProgram(program) === undefined);
}

export function installCommand(missing: readonly Prerequisite[]): string {
  return `apt-get install ${[...new Set(missing.map(({ debian }) => debian))].join(' ')}`;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // Not there or not ours to run: the same to the one who asks.
  }
}
