// A collector with a login, as a program of its own, on a free port: its console, its admin socket.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildWeb } from '../../scripts/build-web.ts';
import { askSocket } from '../collector/http/people-world.ts';
import { until } from './running-jidi.ts';

const root = join(import.meta.dirname, '../..');

export class PeopleCollector {
  readonly folder: string;
  readonly #child: ChildProcess;
  #out = '';

  private constructor(folder: string, flags: readonly string[]) {
    this.folder = folder;
    const ports = ['--http', '127.0.0.1:0', '--agents', '127.0.0.1:0', '--enrolment', '127.0.0.1:0'];
    const places = [
      '--config',
      join(folder, 'collector.yaml'),
      '--data',
      join(folder, 'data'),
      '--log',
      'error',
    ];
    this.#child = spawn(process.execPath, [join(root, 'collector/main.ts'), ...ports, ...places, ...flags], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#out += text;
    });
  }

  /** `settings`: lines of its configuration file. */
  static async start(
    settings: readonly string[] = [],
    flags: readonly string[] = [],
  ): Promise<PeopleCollector> {
    const folder = mkdtempSync(join(tmpdir(), 'jidi-people-'));
    await buildWeb(join(folder, 'web'));
    writeFileSync(
      join(folder, 'collector.yaml'),
      [`webRoot: ${join(folder, 'web')}`, ...settings, ''].join('\n'),
    );
    const collector = new PeopleCollector(folder, flags);
    await until('the console line', () => collector.url !== '', 60_000);
    return collector;
  }

  get url(): string {
    return /^console: (\S+)$/m.exec(this.#out)?.[1] ?? '';
  }

  get socket(): string {
    return join(this.folder, 'data/run/admin.sock');
  }

  /** Through the admin socket; throws when it is refused. */
  async asRoot<T>(method: string, path: string, body?: object): Promise<T> {
    const { status, json, text } = await askSocket(this.socket, `/api/v1/${path}`, method, body);
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
    return json as T;
  }

  async stop(): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await exited;
    rmSync(this.folder, { recursive: true, force: true });
  }
}
