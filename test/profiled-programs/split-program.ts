// The program whose CPU time is split 95 to 5 between two functions: built once into a folder of its own, run as often
// as asked, ended by pid.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartedPrograms } from './started-programs.ts';

export const splitSource = join(import.meta.dirname, '../fixtures/perf/split.c');
/** Frame pointers, no names of lines: what most programs of a cluster are not, and what every perf can read. */
const plainFlags = ['-O1', '-g0', '-fno-omit-frame-pointer', '-fno-inline'];

/** Of the CPU time, by the program's own clock. */
export const splitShares = { hot: 0.95, cold: 0.05 } as const;

/** Three points; more where a crowded machine gave the program so little time that chance alone may do that much. */
export function shareTolerance(samples: number): number {
  const standardError = Math.sqrt((splitShares.hot * splitShares.cold) / samples);
  return Math.max(0.03, 4 * standardError);
}

export function buildPlain(program: string, source: string, ...flags: readonly string[]): void {
  execFileSync('cc', [...plainFlags, ...flags, '-o', program, source]);
}

export class SplitProgram {
  readonly #folder = mkdtempSync(join(tmpdir(), 'jidi-split-'));
  readonly #runs = new StartedPrograms();
  readonly path = join(this.#folder, 'split');

  constructor() {
    buildPlain(this.path, splitSource);
  }

  /** Runs it once more, with arguments that it does not read; returns its pid. */
  run(...args: readonly string[]): number {
    return this.#runs.start(this.path, ...args).pid;
  }

  end(pid: number): void {
    this.#runs.end(pid);
  }

  remove(): void {
    this.#runs.end();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
