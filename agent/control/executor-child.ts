// Where no init system starts the executor: keeps it running as a child process, on a socket in the run folder, until
// the agent stops. It dies with the agent, because its standard input ends then.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Backoff } from '../../shared/backoff.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Logger } from '../../shared/log.ts';

export interface ExecutorChildOptions {
  /** For the socket, and for what the agent reads there. */
  readonly runFolder: string;
  /** For the executor's audit log and its record of commands. */
  readonly stateFolder: string;
  /** The node's policy; the shipped one is put there when there is none. */
  readonly policyFile: string;
  readonly shippedPolicy: string;
  /** The executor's main file. */
  readonly program: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The kernel takes 107 bytes as the path of a socket. */
const maxSocketPath = 107;
const steadyMs = 10_000;
const stopWithinMs = 9_000;

export class ExecutorChild {
  readonly #options: ExecutorChildOptions;
  readonly #backoff = new Backoff({ firstMs: 200, capMs: 10_000 });
  readonly socketPath: string;
  #child: ChildProcess | undefined;
  #stopRestart: () => void = () => undefined;
  #stopping = false;
  #restarts = 0;

  constructor(options: ExecutorChildOptions) {
    this.#options = options;
    this.socketPath = chooseSocketPath(options.runFolder);
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get restarts(): number {
    return this.#restarts;
  }

  start(): void {
    const { policyFile, shippedPolicy } = this.#options;
    if (!existsSync(policyFile)) installPolicy(shippedPolicy, policyFile);
    this.#spawn();
  }

  /** Idempotent; running actions are ended as cancelled. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#stopRestart();
    const child = this.#child;
    if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.stdin?.end();
      const cancelKill = this.#options.clock.after(stopWithinMs, () => child.kill('SIGKILL'));
      await gone;
      cancelKill();
    }
    rmSync(this.socketPath, { force: true });
    if (!this.socketPath.startsWith(this.#options.runFolder)) {
      rmSync(dirname(this.socketPath), { recursive: true, force: true });
    }
  }

  #spawn(): void {
    const { clock, log, policyFile, runFolder, stateFolder, program } = this.#options;
    const child = spawn(
      process.execPath,
      [
        '--disable-proto=delete',
        program,
        '--attached',
        '--quiet',
        `--socket=${this.socketPath}`,
        `--policy=${policyFile}`,
        `--state=${stateFolder}`,
        `--run=${runFolder}`,
      ],
      { stdio: ['pipe', 'ignore', 'inherit'], env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } },
    );
    this.#child = child;
    child.stdin?.on('error', () => undefined);
    const startedMs = clock.monotonic();
    const restart = (how: Readonly<Record<string, unknown>>): void => {
      if (this.#child !== child || this.#stopping) return;
      this.#child = undefined;
      if (clock.monotonic() - startedMs > steadyMs) this.#backoff.reset();
      const delayMs = this.#backoff.next();
      log.warn({ ...how, delayMs }, 'executor ended; it is started again');
      this.#restarts += 1;
      this.#stopRestart = clock.after(delayMs, () => this.#spawn());
    };
    child.on('error', (err) => restart({ err }));
    child.on('exit', (code, signal) => restart({ code, signal }));
  }
}

/** Owner and mode are as the executor demands them, whatever the umask. */
function installPolicy(shipped: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, readFileSync(shipped), { mode: 0o600, flag: 'wx' });
}

function chooseSocketPath(runFolder: string): string {
  const path = join(runFolder, 'executor.sock');
  if (Buffer.byteLength(path) <= maxSocketPath) {
    mkdirSync(runFolder, { recursive: true, mode: 0o750 });
    return path;
  }
  return join(mkdtempSync(join(tmpdir(), 'jidi-')), 'executor.sock');
}
