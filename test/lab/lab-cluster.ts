// The laboratory as the tests use it: jidi installed on its machines, both nodes joined and measuring every second. The API is
// asked through the collector's admin socket, which this host reaches in the manager's files.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { groupFolders } from '../../scripts/lab/control-groups.ts';
import { enrol, initCollector, install } from '../../scripts/lab/installation.ts';
import { Laboratory } from '../../scripts/lab/laboratory.ts';
import type { Machine } from '../../scripts/lab/machine.ts';
import {
  buildPackages,
  type PackageFiles,
  packagesIn,
  withHigherVersion,
} from '../../scripts/lab/packages.ts';
import { awaitPrepared } from '../../scripts/lab/preparing.ts';
import { Progress } from '../../scripts/lab/progress.ts';

export const labCache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'jidi/lab');
/** Another folder of deb files to try, instead of what this checkout gives. */
const readyPackages = process.env['JIDI_LAB_PACKAGES'];
const settings = ['interval: 1s', 'budget: { cpuPercent: 100 }'];

export class LabCluster {
  readonly #laboratory: Laboratory;
  #files: PackageFiles | undefined;
  #newer: PackageFiles | undefined;

  private constructor(laboratory: Laboratory) {
    this.#laboratory = laboratory;
  }

  static async start(): Promise<LabCluster> {
    const progress = new Progress((line) => console.log(line));
    const laboratory = Laboratory.prepare({ cache: labCache, progress });
    const cluster = new LabCluster(laboratory);
    try {
      await progress.step('preparation', () => awaitPrepared(labCache));
      await laboratory.start();
      cluster.#files =
        readyPackages === undefined
          ? await progress.step('packages', () => buildPackages(progress))
          : packagesIn(readyPackages);
      const files = cluster.#files;
      const { manager, nodes } = laboratory;
      await progress.step('install', () => installAll(laboratory, files));
      await progress.step('initialise', () => initCollector(manager, 'lab'));
      await progress.step('join', () => enrol(manager, nodes, settings));
      cluster.#newer = await progress.step('packages of the next version', () =>
        withHigherVersion(files, join(laboratory.folder, 'newer')),
      );
    } catch (error) {
      await laboratory.stop();
      throw error;
    }
    return cluster;
  }

  get manager(): Machine {
    return this.#laboratory.manager;
  }

  get nodes(): readonly Machine[] {
    return this.#laboratory.nodes;
  }

  machine(name: string): Machine {
    return this.#laboratory.machine(name);
  }

  async installVersion(which: 'first' | 'next'): Promise<void> {
    const files = which === 'first' ? this.#files : this.#newer;
    if (files === undefined) throw new Error('the cluster did not start');
    await installAll(this.#laboratory, files);
  }

  /** An object of the API, asked as an administrator. */
  json<T>(path: string): Promise<T> {
    const socketPath = this.manager.path('/run/jidi-collector/admin.sock');
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const asked = request({ socketPath, path, timeout: 20_000 }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        if (response.statusCode === 200) resolve(JSON.parse(text) as T);
        else reject(new Error(`GET ${path}: ${response.statusCode} ${text}`));
      });
    });
    asked.on('timeout', () => asked.destroy(new Error(`GET ${path}: no answer`)));
    asked.on('error', reject);
    asked.end();
    return promise;
  }

  stop(): Promise<void> {
    return this.#laboratory.stop();
  }

  /** What is still there of the laboratory; nothing, once it has stopped. */
  leftovers(): readonly string[] {
    const id = basename(this.#laboratory.folder);
    const processes = readdirSync('/proc').filter(
      (name) => /^\d+$/.test(name) && commandOf(name).includes(id),
    );
    const places = [this.#laboratory.folder, ...groupFolders(`jidi-lab-${id}`)].filter((path) =>
      existsSync(path),
    );
    const mounts = readFileSync('/proc/self/mounts', 'utf8')
      .split('\n')
      .filter((line) => line.includes(id));
    return [...processes.map(commandOf), ...places, ...mounts];
  }
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return ''; // It has just ended.
  }
}

async function installAll({ manager, nodes }: Laboratory, files: PackageFiles): Promise<void> {
  await Promise.all([
    install(manager, files, ['jidi-collector']),
    ...nodes.map((node) => install(node, files, ['jidi-agent'])),
  ]);
}

/** Looks again every 200 ms; fails with what was seen last. */
export async function eventually(
  what: string,
  look: () => Promise<boolean | string>,
  deadlineMs = 30_000,
): Promise<void> {
  const endMs = performance.now() + deadlineMs;
  for (;;) {
    const seen = await look().catch((error: unknown) => String(error));
    if (seen === true) return;
    if (performance.now() > endMs) throw new Error(`not within ${deadlineMs} ms: ${what}; seen: ${seen}`);
    await delay(200);
  }
}
