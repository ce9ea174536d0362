// The program of known shares in each language: how it is built as people usually build (optimised, without frame pointers),
// how it is started, and what this machine lacks for it.
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';

const sources = join(import.meta.dirname, '../fixtures/perf');

export interface KnownLanguage {
  readonly language: string;
  /** Why it cannot run here and what helps; undefined when it can. */
  readonly whyMissing: () => string | undefined;
  /** Builds it into the folder; the command that runs it. */
  readonly build: (folder: string) => readonly string[];
  /** False where only the function that runs can be told, not its callers. */
  readonly withCallers: boolean;
}

function source(extension: string): string {
  return join(sources, `shares.${extension}`);
}

interface Compiler {
  readonly language: string;
  readonly compiler: string;
  readonly debian: string;
  readonly extension: string;
  readonly flags: (folder: string) => readonly string[];
}

function compiled({ language, compiler, debian, extension, flags }: Compiler): KnownLanguage {
  return {
    language,
    withCallers: true,
    whyMissing: () =>
      runs(compiler, '--version')
        ? undefined
        : `${compiler} is missing, install with: apt-get install ${debian}`,
    build: (folder) => {
      const program = join(folder, 'shares');
      execFileSync(compiler, [...flags(folder), '-g', '-o', program, source(extension)]);
      return [program];
    },
  };
}

/** The newest interpreter that can show its functions to perf: 3.12 was the first. */
function findPython(): string | undefined {
  const names = ['python3.14', 'python3.13', 'python3.12', 'python3'];
  const question = 'import sys; sys.activate_stack_trampoline("perf")';
  return names.find((name) => runs(name, '-c', question));
}

const python: KnownLanguage = {
  language: 'Python',
  // Interpreters are built without frame pointers, and nothing describes the frames of a trampoline.
  withCallers: false,
  whyMissing: () =>
    findPython() === undefined
      ? 'no Python shows its functions to perf here, install 3.12 or newer: apt-get install python3.12 (where the system has it)'
      : undefined,
  build: () => [findPython() ?? '', '-X', 'perf', source('py')],
};

/** Rarely called functions stay interpreted, and are told apart only so. */
const nodeFlags = ['--perf-basic-prof', '--interpreted-frames-native-stack', '--no-turbo-inlining'];

const node: KnownLanguage = {
  language: 'Node.js',
  withCallers: true,
  whyMissing: () => undefined,
  build: () => [process.execPath, ...nodeFlags, source('mjs')],
};

export const knownLanguages: readonly KnownLanguage[] = [
  compiled({
    language: 'C',
    compiler: 'gcc',
    debian: 'gcc libc6-dev',
    extension: 'c',
    flags: () => ['-O2'],
  }),
  compiled({ language: 'C++', compiler: 'g++', debian: 'g++', extension: 'cpp', flags: () => ['-O2'] }),
  compiled({
    language: 'Fortran',
    compiler: 'gfortran',
    debian: 'gfortran',
    extension: 'f90',
    flags: (folder) => ['-O2', '-fno-inline', '-J', folder],
  }),
  compiled({ language: 'Rust', compiler: 'rustc', debian: 'rustc', extension: 'rs', flags: () => ['-O'] }),
  python,
  node,
];

function runs(program: string, ...args: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}
