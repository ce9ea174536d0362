// The program whose CPU time is split 95 to 5 between two functions: built once into a folder of its own, run as often
// as asked, ended by pid. It says what is missing where it cannot be built or sampled.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const source = join(import.meta.dirname, '../fixtures/perf/split.c');
const flags = ['-O1', '-g0', '-fno-omit-frame-pointer', '-fno-inline'];

/** Of the CPU time, by the program's own clock. */
export const splitShares = { hot: 0.95, cold: 0.05 } as const;

/** Three points; more where a crowded machine gave the program so little time that chance alone may do that much. */
export function shareTolerance(samples: number): number {
  const standardError = Math.sqrt((splitShares.hot * splitShares.cold) / samples);
  return Math.max(0.03, 4 * standardError);
}

/** Why no process can be profiled on this machine and what helps; undefined when it can. */
export function whyNoProfile(): string | undefined {
  if (spawnSync('cc', ['--version']).error !== undefined) {
    return 'cc is missing, install with: apt-get install gcc libc6-dev';
  }
  if (spawnSync('perf', ['--version']).error !== undefined) {
    return 'perf is missing, install with: apt-get install linux-perf';
  }
  const tried = spawnSync('perf', ['record', '-e', 'cpu-clock:u', '-o', '/dev/null', 'true']);
  if (tried.status === 0) return undefined;
  return 'perf may not sample as this user, allow with: sysctl kernel.perf_event_paranoid=2';
}

export class SplitProgram {
  readonly #folder = mkdtempSync(join(tmpdir(), 'jidi-split-'));
  readonly #children: ChildProcess[] = [];
  readonly path = join(this.#folder, 'split');

  constructor() {
    execFileSync('cc', [...flags, '-o', this.path, source]);
  }

  /** Runs it once more, with arguments that it does not read; returns its pid. */
  run(...args: readonly string[]): number {
    const child = spawn(this.path, args, { stdio: 'ignore' });
    if (child.pid === undefined) throw new Error(`${this.path} did not start`);
    this.#children.push(child);
    return child.pid;
  }

  end(pid: number): void {
    this.#children.find((child) => child.pid === pid)?.kill('SIGKILL');
  }

  remove(): void {
    for (const child of this.#children) child.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
