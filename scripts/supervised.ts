// A child program that is kept running. In: its program and arguments. Out: what it tells on stdout (`name: value`
// lines), and a new child, after a short pause, when it dies. One that refuses to start (exit code 78) is not tried again.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { Backoff } from '../shared/backoff.ts';
import { startRefusedExitCode } from '../shared/lifecycle.ts';

export interface SupervisedOptions {
  readonly name: string;
  readonly program: string;
  /** Arguments for the next start, given what earlier starts told. */
  readonly args: (told: ReadonlyMap<string, string>) => readonly string[];
  /** The start is over when the child has told this name; without it, when it runs. */
  readonly readyLine?: string;
}

const steadyMs = 30_000;
const stopWithinMs = 16_000;

export class Supervised {
  readonly told = new Map<string, string>();
  onRefused: (name: string) => void = () => undefined;
  readonly #options: SupervisedOptions;
  readonly #backoff = new Backoff({ firstMs: 500, capMs: 5_000 });
  #child: ChildProcess | undefined;
  /** Resolved by the next child that tells its ready line; children that die before leave it as it is. */
  #ready = Promise.withResolvers<void>();
  #isReady = false;
  #stopping = false;

  constructor(options: SupervisedOptions) {
    this.#options = options;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Resolves when the child is ready. */
  async start(): Promise<void> {
    const { program, args, readyLine } = this.#options;
    // Its own process group: Ctrl-C reaches this program only, which then stops its children in order. The IPC
    // channel tells the child when this program is gone without a word.
    const child = spawn(process.execPath, [program, ...args(this.told)], {
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      detached: true,
    });
    this.#child = child;
    if (this.#isReady) this.#ready = Promise.withResolvers<void>();
    this.#isReady = false;
    const startedMs = performance.now();
    child.once('exit', (code, signal) => this.#ended(code, signal, performance.now() - startedMs));
    this.#listen(child);
    if (readyLine !== undefined) await this.#ready.promise;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await Promise.race([exited, delay(stopWithinMs, undefined, { ref: false })]);
    child.kill('SIGKILL');
  }

  #listen(child: ChildProcess): void {
    if (child.stdout === null) return;
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [, name = '', value = ''] = /^([a-z]+): (.*)$/.exec(line) ?? [];
      if (name !== '') this.told.set(name, value);
      if (name !== this.#options.readyLine) return;
      this.#isReady = true;
      this.#ready.resolve();
    });
  }

  #ended(code: number | null, signal: NodeJS.Signals | null, livedMs: number): void {
    const { name } = this.#options;
    if (this.#stopping) return;
    if (code === startRefusedExitCode) {
      this.#stopping = true;
      this.onRefused(name);
      return;
    }
    if (livedMs > steadyMs) this.#backoff.reset();
    const pauseMs = this.#backoff.next();
    console.error(`jidi: the ${name} ended (${signal ?? `exit code ${code}`}); starting it again`);
    setTimeout(() => {
      if (!this.#stopping)
        void this.start().then(() => console.error(`jidi: the ${name} runs again, pid ${this.pid}`));
    }, pauseMs);
  }
}
