// Tight loops, one on each core, as the processes of a job that computes. In: seconds. Out: how many rounds they made
// together, the longest single interruption of any of them, and how long other programs had their cores. They wait without any cost between two calls.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { findProgram } from '../measuring/started-programs.ts';

export interface LoopResult {
  readonly rounds: number;
  readonly longestMs: number;
  /** Of all loops together. */
  readonly asideSeconds: number;
}

interface Loop {
  readonly child: ChildProcess;
  readonly answers: Interface;
}

export class PinnedLoops {
  readonly #loops: readonly Loop[];

  /** Compiles the loop into the folder. Throws when there is no compiler. */
  constructor(folder: string) {
    if (findProgram('cc') === undefined) {
      throw new Error('no C compiler, install it with: apt-get install gcc libc6-dev');
    }
    const program = join(folder, 'pinned-loop');
    execFileSync('cc', ['-O2', '-o', program, join(import.meta.dirname, 'pinned-loop.c')]);
    // Each ends with its stdin, so with this bench.
    this.#loops = allowedCores().map((core) => {
      const child = spawn(program, [String(core)], { stdio: ['pipe', 'pipe', 'inherit'] });
      return { child, answers: createInterface({ input: child.stdout }) };
    });
  }

  get count(): number {
    return this.#loops.length;
  }

  async run(seconds: number): Promise<LoopResult> {
    const lines = await Promise.all(this.#loops.map((loop) => ask(loop, seconds)));
    const figures = lines.map((line) => line.split(' ').map(Number));
    return {
      rounds: figures.reduce((sum, [rounds = 0]) => sum + rounds, 0),
      longestMs: Math.max(...figures.map(([, longest = 0]) => longest)) / 1e6,
      asideSeconds: figures.reduce((sum, [, , aside = 0]) => sum + aside, 0) / 1e9,
    };
  }

  close(): void {
    for (const { child } of this.#loops) child.kill('SIGKILL');
  }
}

function ask({ child, answers }: Loop, seconds: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error('a pinned loop has ended'));
    child.once('exit', ended);
    answers.once('line', (line) => {
      child.off('exit', ended);
      resolve(line);
    });
    child.stdin?.write(`${seconds}\n`);
  });
}

/** Cores that this program may use: `0-3,8`. */
function allowedCores(): readonly number[] {
  const status = readFileSync('/proc/self/status', 'utf8');
  const list = /^Cpus_allowed_list:\s+(\S+)$/m.exec(status)?.[1] ?? '0';
  return list.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}
