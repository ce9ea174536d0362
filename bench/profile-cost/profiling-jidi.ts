// A collector and an agent as they are shipped, and profiles asked of them as the console asks. In: the bundles of `npm run build`.
// Out: profiles, and when which status was told. Loopback only.
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Profile, StartProfile } from '../../shared/api/profile.ts';
import { isProfileOver } from '../../shared/model/profile.ts';
import type { Programs } from '../measuring/started-programs.ts';

const root = join(import.meta.dirname, '../..');
const lookEveryMs = 20;
const deadlineMs = 60_000;

export class ProfilingJidi {
  readonly url: string;
  readonly agentPid: number;

  private constructor(url: string, agentPid: number) {
    this.url = url;
    this.agentPid = agentPid;
  }

  static async start(programs: Programs, folder: string): Promise<ProfilingJidi> {
    const collectorBundle = join(root, 'build/collector/jidi-collector.mjs');
    const agentBundle = join(root, 'build/agent/jidi-agent.mjs');
    for (const file of [collectorBundle, agentBundle])
      if (!existsSync(file)) throw new Error(`${file} is missing, make it with: npm run build`);
    const node = join(folder, 'node');
    // A node of a cluster has no second program that shares its pages.
    copyFileSync(process.execPath, node);
    const dirs = ['collector', 'run', 'state'].map((name) => join(folder, name));
    for (const dir of dirs) mkdirSync(dir);
    const [data = '', run = '', state = ''] = dirs;
    const door = [
      '--http=127.0.0.1:0',
      '--agents=127.0.0.1:0',
      '--enrolment=127.0.0.1:0',
      '--grpc=127.0.0.1:0',
      '--login=none',
      '--log=warn',
    ];
    const collector = programs.start('jidi-collector', [
      process.execPath,
      collectorBundle,
      `--data=${data}`,
      ...door,
    ]);
    const address = await collector.printed(/^plain: (\S+)$/m);
    const url = await collector.printed(/^console: (\S+)$/m);
    const agent = programs.start('jidi-agent', [
      node,
      agentBundle,
      '--node=n1',
      `--collector=${address}`,
      '--plain',
      '--interval=1s',
      `--run=${run}`,
      `--state=${state}`,
      '--log=warn',
    ]);
    await agent.printed(/^node: (\S+)$/m);
    const jidi = new ProfilingJidi(url, agent.pid);
    await collector.until(async () => (await jidi.get<readonly unknown[]>('map')).length > 0);
    return jidi;
  }

  async get<T>(resource: string): Promise<T> {
    return (await this.#ask(resource, {})) as T;
  }

  async begin(order: StartProfile): Promise<string> {
    const body = JSON.stringify({ nodes: 'n1', ...order });
    const headers = { 'content-type': 'application/json' };
    const { id } = (await this.#ask('profiles', { method: 'POST', body, headers })) as Profile;
    return id;
  }

  async stop(id: string): Promise<void> {
    await this.#ask(`profiles/${id}/stop`, { method: 'POST' });
  }

  profile(id: string): Promise<Profile> {
    return this.get<Profile>(`profiles/${id}`);
  }

  /** Waits until it is so, or over. */
  async until(id: string, status: Profile['status']): Promise<Profile> {
    const endMs = performance.now() + deadlineMs;
    for (;;) {
      const profile = await this.profile(id);
      if (profile.status === status) return profile;
      if (isProfileOver(profile.status)) {
        const why = profile.reason?.message ?? 'without a reason';
        if (status !== 'finished' && status !== 'stopped') throw new Error(`it is over: ${why}`);
        return profile;
      }
      if (performance.now() > endMs) throw new Error(`${id} is still ${profile.status}, not ${status}`);
      await delay(lookEveryMs);
    }
  }

  async #ask(resource: string, options: RequestInit): Promise<unknown> {
    const url = new URL(`api/v1/${resource}`, this.url);
    const answer = await fetch(url, { ...options, signal: AbortSignal.timeout(10_000) });
    if (!answer.ok) throw new Error(`${resource}: ${answer.status} ${await answer.text()}`);
    return await answer.json();
  }
}
