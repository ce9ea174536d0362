// The program that is profiled: threads that compute and count what they get done. In: how many threads on how many cores, whether
// it keeps frame pointers. Out: rounds, CPU time and time on the clock of a stretch. Compiled here; throws without a compiler.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { findProgram } from '../measuring/started-programs.ts';

export interface Counted {
  readonly roundsPerCpuSecond: number;
  readonly roundsPerSecond: number;
}

export interface CountedProgramOptions {
  readonly folder: string;
  readonly threads: number;
  /** 0: all. */
  readonly cores: number;
}

export class CountedProgram {
  readonly #child: ChildProcess;
  readonly #lines: Interface;

  constructor({ folder, threads, cores }: CountedProgramOptions) {
    if (findProgram('cc') === undefined)
      throw new Error('no C compiler, install it with: apt-get install gcc libc6-dev');
    const program = join(folder, 'counting-threads');
    const source = join(import.meta.dirname, 'counting-threads.c');
    execFileSync('cc', ['-O2', '-fno-omit-frame-pointer', '-pthread', '-o', program, source]);
    // It ends with its stdin, so with this bench, unless it computes without an end.
    this.#child = spawn(program, [String(threads), String(cores)], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.#child.stdout ?? process.stdin });
    process.on('exit', () => void this.#child.kill('SIGKILL'));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async count(seconds: number): Promise<Counted> {
    const answer = once(this.#lines, 'line');
    this.#child.stdin?.write(`${seconds}\n`);
    const [line] = (await answer) as [string];
    const [rounds = 0, cpuSeconds = 0, wallSeconds = 0] = line.split(' ').map(Number);
    return { roundsPerCpuSecond: rounds / cpuSeconds, roundsPerSecond: rounds / wallSeconds };
  }

  runOn(): void {
    this.#child.stdin?.write('0\n');
  }

  close(): void {
    this.#child.kill('SIGKILL');
  }
}
