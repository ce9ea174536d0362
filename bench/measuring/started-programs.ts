// Programs that a bench starts, and their certain end: each runs in a process group of its own and is ended with its
// whole tree, also when the bench fails or is interrupted. In: commands. Out: process ids and what was printed.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { treeOf } from './process-tree.ts';

const stopWithinMs = 4_000;
const keptCharacters = 16_000;
const lookMs = 50;

export interface StartOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export class StartedProgram {
  readonly name: string;
  readonly #child: ChildProcess;
  #output = '';

  constructor(name: string, child: ChildProcess) {
    this.name = name;
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-keptCharacters);
      });
    }
    child.on('error', (error) => {
      this.#output += error.message;
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** The last of what it printed. */
  get output(): string {
    return this.#output;
  }

  get hasEnded(): boolean {
    return this.pid === 0 || this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** How it ended, with the last of what it printed. */
  endedError(): Error {
    const how = this.#child.signalCode ?? `status ${this.#child.exitCode ?? 'unknown'}`;
    return new Error(`${this.name} ended (${how}): ${this.#output.slice(-1_000)}`);
  }

  /** Resolves with what was found in its output; throws when it ends or takes too long. */
  async printed(pattern: RegExp, deadlineMs = 20_000): Promise<string> {
    const find = (): string | undefined => pattern.exec(this.#output)?.[1];
    await this.until(() => find() !== undefined, deadlineMs);
    return find() ?? '';
  }

  async until(condition: () => boolean | Promise<boolean>, deadlineMs = 20_000): Promise<void> {
    const endMs = performance.now() + deadlineMs;
    while (!(await condition())) {
      if (this.hasEnded) throw this.endedError();
      if (performance.now() > endMs)
        throw new Error(`${this.name} is not ready: ${this.#output.slice(-1_000)}`);
      await delay(lookMs);
    }
  }

  /** Asks it to end, then ends whatever is left of its tree. */
  async stop(): Promise<void> {
    const pids = treeOf(this.pid);
    if (!this.hasEnded) {
      const exited = once(this.#child, 'exit');
      this.#child.kill('SIGTERM');
      await Promise.race([exited, delay(stopWithinMs)]);
    }
    this.endNow(pids);
  }

  /** At once and without waiting: for the end of the bench itself. */
  endNow(pids: readonly number[] = treeOf(this.pid)): void {
    if (this.pid === 0) return;
    for (const pid of [-this.pid, ...pids.filter((each) => each !== this.pid || !this.hasEnded)]) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // Gone already, as it should be.
      }
    }
  }
}

export class Programs {
  readonly #started = new Set<StartedProgram>();
  readonly #folders = new Set<string>();

  constructor() {
    process.on('exit', () => this.#endNow());
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => process.exit(130));
  }

  start(
    name: string,
    [command = '', ...args]: readonly string[],
    options: StartOptions = {},
  ): StartedProgram {
    const child = spawn(findProgram(command) ?? command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
    });
    const program = new StartedProgram(name, child);
    this.#started.add(program);
    return program;
  }

  /** Throws, with its last words, when one of them has ended by itself. */
  assertAllRun(): void {
    for (const program of this.#started) if (program.hasEnded) throw program.endedError();
  }

  /** An empty folder for their files; removed with them. */
  makeFolder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'jidi-bench-'));
    this.#folders.add(folder);
    return folder;
  }

  /** In reverse order of their start. */
  async stopAll(): Promise<void> {
    for (const program of [...this.#started].toReversed()) {
      await program.stop();
      this.#started.delete(program);
    }
    this.#removeFolders();
  }

  #endNow(): void {
    for (const program of this.#started) program.endNow();
    this.#removeFolders();
  }

  #removeFolders(): void {
    for (const folder of this.#folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    this.#folders.clear();
  }
}

const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];

/** Full path of a program, or undefined. */
export function findProgram(program: string): string | undefined {
  const paths = program.includes('/') ? [program] : folders.map((folder) => join(folder, program));
  return paths.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false; // Not there or not ours to run: the same to the one who asks.
    }
  });
}

/** A port of 127.0.0.1 that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port on 127.0.0.1');
  return address.port;
}
