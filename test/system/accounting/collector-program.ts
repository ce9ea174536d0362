// The collector as a program of its own that can be killed at any moment and started again on the same data.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { until } from '../running-jidi.ts';
import type { Cable } from './cable.ts';

const root = join(import.meta.dirname, '../../..');
export const collectorMain = join(root, 'collector/main.ts');
/** The same store and the same ingest with a log in small segments, so that one is always being flushed. */
export const smallSegmentsMain = join(import.meta.dirname, 'small-segments.ts');

const startWithinMs = 30_000;

export class CollectorProgram {
  readonly dataDir: string;
  readonly #cable: Cable;
  readonly #program: string;
  readonly #lines: string[] = [];
  #child: ChildProcess | null = null;
  consoleUrl = '';

  constructor(dataDir: string, cable: Cable, program = collectorMain) {
    this.dataDir = dataDir;
    this.#cable = cable;
    this.#program = program;
  }

  /** Everything it said, of all its lives. */
  get output(): string {
    return this.#lines.join('\n');
  }

  /** Values that compaction found stored twice. */
  get doubles(): number {
    return this.#lines
      .filter((line) => line.includes('"msg":"compacted"'))
      .reduce((sum, line) => sum + Number(/"doubles":(\d+)/.exec(line)?.[1] ?? 0), 0);
  }

  get isRunning(): boolean {
    return this.#child !== null;
  }

  /** Does not wait: a kill may come while it starts. */
  launch(): void {
    const flags = [
      '--data',
      this.dataDir,
      '--login=none',
      '--http',
      '127.0.0.1:0',
      '--agents',
      '127.0.0.1:0',
      '--enrolment',
      '127.0.0.1:0',
      '--grpc',
      '127.0.0.1:0',
      '--log',
      'debug',
    ];
    const child = spawn(process.execPath, [this.#program, ...flags], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    createInterface({ input: child.stderr }).on('line', (line) => this.#lines.push(line));
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes('"level":20') && !line.includes('"msg":"compacted"')) return;
      this.#lines.push(line);
      const [, name, value = ''] = /^(plain|console): (\S+)$/.exec(line) ?? [];
      if (name === 'console') this.consoleUrl = value;
      if (name === 'plain' && this.#child === child) this.#cable.leadTo(Number(value.split(':').at(-1)));
    });
    child.on('exit', () => {
      if (this.#child !== child) return;
      this.#child = null;
      this.#cable.leadTo(null);
    });
  }

  async start(): Promise<void> {
    const before = this.#lines.length;
    this.launch();
    const isUp = () => this.#lines.slice(before).some((line) => line.startsWith('console: '));
    await until('the collector', () => isUp() || !this.isRunning, startWithinMs);
    if (!this.isRunning) throw new Error(`the collector ended:\n${this.output.slice(-2_000)}`);
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const child = this.#child;
    if (child === null) return null;
    const closed = once(child, 'close');
    child.kill(signal);
    await closed;
    return child.exitCode;
  }
}
