// A collector with several agents, each a node of its own, on free ports and in one folder. A node may be a place that other
// programs made, such as a slurmd in its own namespaces: its agent is then started within.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type CliResult, runCli, until } from '../system/running-jidi.ts';

const root = join(import.meta.dirname, '../..');

export interface PlaceOfNode {
  readonly node: string;
  /** The command that enters the place, before the agent's own. */
  readonly enter?: readonly string[];
}

export class RunningNodes {
  readonly dataDir = mkdtempSync(join(tmpdir(), 'jidi-exactness-'));
  readonly #programs: ChildProcess[] = [];
  readonly #agents = new Map<string, ChildProcess>();
  readonly #lines: string[] = [];
  url = '';

  /** Resolves when every node is on the map. */
  static async start(places: readonly PlaceOfNode[]): Promise<RunningNodes> {
    const jidi = new RunningNodes();
    try {
      await jidi.#startCollector();
      for (const place of places) jidi.#startAgent(place);
      await until(
        'every node',
        async () => (await jidi.json<unknown[]>('/api/v1/map')).length === places.length,
      );
      return jidi;
    } catch (error) {
      await jidi.stop();
      throw new Error(`jidi does not run:\n${jidi.#lines.join('\n').slice(-4_000)}`, { cause: error });
    }
  }

  async json<T>(path: string): Promise<T> {
    const response = await fetch(new URL(path, this.url), { signal: AbortSignal.timeout(20_000) });
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  cli(...args: string[]): Promise<CliResult> {
    return runCli(this.url, args);
  }

  async cliJson<T>(...args: string[]): Promise<T> {
    const { code, stdout, stderr } = await this.cli(...args, '-o', 'json');
    if (code !== 0) throw new Error(`jidi ${args.join(' ')} ended with ${code}:\n${stderr}${stdout}`);
    return JSON.parse(stdout) as T;
  }

  async stop(): Promise<void> {
    for (const program of this.#programs.toReversed()) await endOf(program);
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  async stopAgent(node: string): Promise<void> {
    const agent = this.#agents.get(node);
    if (agent !== undefined) await endOf(agent);
  }

  async #startCollector(): Promise<void> {
    const folder = join(this.dataDir, 'collector');
    this.#spawn([
      process.execPath,
      join(root, 'collector/main.ts'),
      `--data=${folder}`,
      '--http=127.0.0.1:0',
      '--login=none',
      '--agents=127.0.0.1:0',
      '--enrolment=127.0.0.1:0',
      '--grpc=127.0.0.1:0',
      '--log=warn',
    ]);
    await until('the collector', () => this.#told('console') !== undefined);
    this.url = this.#told('console') ?? '';
  }

  #startAgent({ node, enter = [] }: PlaceOfNode): void {
    const folder = join(this.dataDir, node);
    const agent = this.#spawn([
      ...enter,
      process.execPath,
      join(root, 'agent/main.ts'),
      `--collector=${this.#told('plain')}`,
      '--plain',
      `--node=${node}`,
      '--interval=1s',
      `--run=${join(folder, 'run')}`,
      `--state=${join(folder, 'state')}`,
      '--profiler=child',
      '--log=warn',
    ]);
    this.#agents.set(node, agent);
  }

  #spawn([program = '', ...args]: readonly string[]): ChildProcess {
    const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    this.#programs.push(child);
    for (const stream of [child.stdout, child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', (line) => this.#lines.push(line));
    }
    return child;
  }

  #told(name: string): string | undefined {
    return this.#lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
  }
}

async function endOf(program: ChildProcess): Promise<void> {
  if (program.exitCode !== null || program.signalCode !== null) return;
  const gone = once(program, 'exit');
  // A program ends with the channel to its parent, also where no signal reaches it.
  if (program.connected) program.disconnect();
  program.kill('SIGTERM');
  const force = setTimeout(() => program.kill('SIGKILL'), 10_000);
  await gone;
  clearTimeout(force);
}
