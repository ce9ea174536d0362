// Looks after the programs below the agent while a profile is taken. In: the agent's process id. Out: when each began and was gone,
// the most memory that each had, and the most that all together had at one moment. Between two looks it misses what is shorter.
import { readFileSync } from 'node:fs';
import { readMemory } from '../measuring/process-tree.ts';

const lookEveryMs = 20;
const mebibyte = 1024 * 1024;

export interface WatchedProgram {
  readonly name: string;
  readonly fromMs: number;
  toMs: number;
  residentMiB: number;
  pssMiB: number;
  anonymousMiB: number;
}

export class ProgramWatch {
  readonly programs = new Map<number, WatchedProgram>();
  /** At the same moment. */
  readonly most = { residentMiB: 0, pssMiB: 0, anonymousMiB: 0, of: '' };
  readonly #root: number;
  readonly #timer: NodeJS.Timeout;
  readonly #withMemory: boolean;

  constructor(root: number, { withMemory }: { readonly withMemory: boolean }) {
    this.#root = root;
    this.#withMemory = withMemory;
    this.#timer = setInterval(() => this.#look(), lookEveryMs);
  }

  end(): void {
    clearInterval(this.#timer);
  }

  /** The largest of each name. */
  ofEach(): readonly WatchedProgram[] {
    const largest = new Map<string, WatchedProgram>();
    for (const program of this.programs.values())
      if (program.pssMiB > (largest.get(program.name)?.pssMiB ?? -1)) largest.set(program.name, program);
    return [...largest.values()];
  }

  #look(): void {
    const nowMs = Date.now();
    const sum = { residentMiB: 0, pssMiB: 0, anonymousMiB: 0 };
    const living: string[] = [];
    for (const pid of below(this.#root)) {
      const name = nameOf(pid);
      if (name === '') continue;
      const known = this.programs.get(pid);
      // A child has its parent's name until it begins its own program.
      const isSame = known?.name === name;
      const none = { residentMiB: 0, pssMiB: 0, anonymousMiB: 0 };
      const program = isSame ? known : { name, fromMs: nowMs, toMs: nowMs, ...none };
      this.programs.set(pid, program);
      program.toMs = nowMs;
      if (!this.#withMemory) continue;
      const now = memoryOf(pid);
      living.push(`${name} ${Math.round(now.pssMiB)}`);
      for (const kind of ['residentMiB', 'pssMiB', 'anonymousMiB'] as const) {
        program[kind] = Math.max(program[kind], now[kind]);
        sum[kind] += now[kind];
      }
    }
    if (sum.pssMiB > this.most.pssMiB) this.most.of = living.join(' + ');
    for (const kind of ['residentMiB', 'pssMiB', 'anonymousMiB'] as const)
      this.most[kind] = Math.max(this.most[kind], sum[kind]);
  }
}

function below(root: number): readonly number[] {
  const found = [...childrenOf(root)];
  for (const pid of found) found.push(...childrenOf(pid));
  return found;
}

function childrenOf(pid: number): readonly number[] {
  return textOf(`/proc/${pid}/task/${pid}/children`).split(' ').map(Number).filter(Boolean);
}

/** `perf record`, `perf script`, else the program's name. */
function nameOf(pid: number): string {
  const words = textOf(`/proc/${pid}/cmdline`).split('\0');
  const program = words[0]?.split('/').at(-1) ?? '';
  if (program === 'perf') {
    const isTrial = words.some((word) => word.includes('trial-'));
    return `perf ${words[1] ?? ''}${isTrial ? ' of the trial' : ''}`;
  }
  return words.some((word) => word.endsWith('jidi-profiler.mjs')) ? 'jidi-profiler' : program;
}

function memoryOf(pid: number): Pick<WatchedProgram, 'residentMiB' | 'pssMiB' | 'anonymousMiB'> {
  const { pssBytes, anonymousBytes } = readMemory([pid]);
  const resident = /^VmRSS:\s+(\d+) kB$/m.exec(textOf(`/proc/${pid}/status`))?.[1] ?? '0';
  return {
    residentMiB: Number(resident) / 1024,
    pssMiB: pssBytes / mebibyte,
    anonymousMiB: anonymousBytes / mebibyte,
  };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // It has ended.
  }
}
