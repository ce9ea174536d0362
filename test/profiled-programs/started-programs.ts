// Programs that a test starts to have them profiled, and ends by pid. What they write is dropped.
import { type ChildProcess, spawn } from 'node:child_process';

export type StartedProgram = ChildProcess & { readonly pid: number };

export class StartedPrograms {
  readonly #children: ChildProcess[] = [];

  start(path: string, ...args: readonly string[]): StartedProgram {
    const child = spawn(path, args, { stdio: 'ignore' });
    this.#children.push(child);
    if (child.pid === undefined) throw new Error(`${path} did not start`);
    return Object.assign(child, { pid: child.pid });
  }

  /** Ends one, or all of them. */
  end(pid?: number): void {
    for (const child of this.#children) if (pid === undefined || child.pid === pid) child.kill('SIGKILL');
  }
}
