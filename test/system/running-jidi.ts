// A collector and an agent for this machine, started as a person starts them, on free ports and in a folder of their
// own; and the CLI, called as a person calls it.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

const root = join(import.meta.dirname, '../..');

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningJidiOptions {
  readonly interval?: string;
  readonly node?: string;
  readonly policy?: string;
  readonly dataDir?: string;
}

export class RunningJidi {
  readonly url: string;
  readonly dataDir: string;
  readonly node: string;
  readonly #child: ChildProcess;
  readonly #lines: readonly string[];

  private constructor(
    child: ChildProcess,
    lines: readonly string[],
    facts: { dataDir: string; node: string },
  ) {
    this.#child = child;
    this.#lines = lines;
    this.dataDir = facts.dataDir;
    this.node = facts.node;
    this.url = valueOf(lines, 'console') ?? '';
  }

  /** Resolves when the console's address is printed and the node has told its first metrics. */
  static async start(options: RunningJidiOptions = {}): Promise<RunningJidi> {
    const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'jidi-system-'));
    const node = options.node ?? 'n1';
    const flags = [
      '--login',
      'none',
      '--data',
      dataDir,
      '--http',
      '127.0.0.1:0',
      '--agents',
      '127.0.0.1:0',
      '--enrolment',
      '127.0.0.1:0',
      '--grpc',
      '127.0.0.1:0',
      '--node',
      node,
    ];
    flags.push('--interval', options.interval ?? '1s');
    if (options.policy !== undefined) flags.push('--policy', options.policy);
    const child = spawn(process.execPath, [join(root, 'scripts/start.ts'), ...flags], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const lines: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => lines.push(line));
    }
    const ended = (): boolean => child.exitCode !== null || child.signalCode !== null;
    await until('the console line', () => valueOf(lines, 'console') !== undefined || ended());
    const jidi = new RunningJidi(child, lines, { dataDir, node });
    try {
      if (ended()) throw new Error(`start ended with ${child.exitCode}`);
      await until('the first metrics', async () => (await jidi.json<unknown[]>(`/api/v1/map`)).length > 0);
    } catch (error) {
      await jidi.stop();
      throw new Error(`jidi does not run:\n${jidi.output.slice(-4_000)}`, { cause: error });
    }
    return jidi;
  }

  /** Everything printed so far, stdout and stderr. */
  get output(): string {
    return this.#lines.join('\n');
  }

  /** Process id of the program that runs now; restarts change it. */
  pidOf(program: 'collector' | 'agent'): number {
    const told = this.#lines.flatMap((line) => {
      const match = new RegExp(`${program}(?:: pid| runs again, pid) (\\d+)`).exec(line);
      return match === null ? [] : [Number(match[1])];
    });
    const pid = told.at(-1);
    if (pid === undefined) throw new Error(`no pid of the ${program} in:\n${this.output}`);
    return pid;
  }

  async json<T>(path: string): Promise<T> {
    const response = await fetch(new URL(path, this.url), { signal: AbortSignal.timeout(20_000) });
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  cli(...args: string[]): Promise<CliResult> {
    return runCli(this.url, args);
  }

  /** The CLI with -o json, its answer parsed; throws when it fails. */
  async cliJson<T>(...args: string[]): Promise<T> {
    const { code, stdout, stderr } = await this.cli(...args, '-o', 'json');
    if (code !== 0) throw new Error(`jidi ${args.join(' ')} ended with ${code}:\n${stderr}${stdout}`);
    return JSON.parse(stdout) as T;
  }

  /** As Ctrl-C does. Resolves with the exit code; keeps the folder when asked. */
  async stop({ keepData = false } = {}): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const exited = once(this.#child, 'exit');
      this.#child.kill('SIGINT');
      await exited;
    }
    if (!keepData) rmSync(this.dataDir, { recursive: true, force: true });
    return this.#child.exitCode;
  }
}

/** `url` null: where the environment leads. */
export function runCli(
  url: string | null,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CliResult> {
  const command = [join(root, 'cli/main.ts'), ...(url === null ? [] : ['--url', url]), ...args];
  const options = { maxBuffer: 64 * 1024 * 1024, env: { ...process.env, ...env } };
  return new Promise((resolve) => {
    execFile(process.execPath, command, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ code, stdout, stderr });
    });
  });
}

/** Looks again every 100 ms; fails with the name of what was awaited after the deadline. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  deadlineMs = 30_000,
): Promise<void> {
  const endMs = performance.now() + deadlineMs;
  while (!(await condition())) {
    if (performance.now() > endMs) throw new Error(`not within ${deadlineMs} ms: ${what}`);
    await delay(100);
  }
}

function valueOf(lines: readonly string[], name: string): string | undefined {
  return lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
}
