import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const flags = ['--nodes=24', '--http=127.0.0.1:0', '--grpc=127.0.0.1:0', '--history=10m', '--interval=1s'];

interface MapNode {
  readonly name: string;
  readonly role: string;
  readonly state: string;
  readonly cpuRatio: number | null;
}

describe('npm run demo', () => {
  let demo: ChildProcess;
  let output = '';

  async function said(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = pattern.exec(output)?.[1];
      if (found !== undefined) return found;
      if (demo.exitCode !== null) throw new Error(`the demo has ended: ${output}`);
      await once(demo.stdout ?? demo, 'data');
    }
  }

  async function ask<T>(path: string, isSo: (answer: T) => boolean): Promise<T> {
    const url = await said(/^console: (\S+)$/m);
    for (;;) {
      const answer = (await (await fetch(`${url}api/v1/${path}`)).json()) as T;
      if (isSo(answer)) return answer;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  beforeAll(async () => {
    demo = spawn(process.execPath, [join(root, 'scripts/demo.ts'), ...flags], { cwd: root });
    demo.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    await said(/(All are there)/);
  });

  afterAll(async () => {
    if (demo.exitCode === null) demo.kill('SIGKILL');
  });

  test('shows managers, login nodes, compute nodes and nodes with GPUs that are up and have load', async () => {
    const map = await ask<readonly MapNode[]>('map', (nodes) =>
      nodes.every(({ cpuRatio }) => cpuRatio !== null),
    );
    expect(map).toHaveLength(24);
    expect(new Set(map.map(({ role }) => role))).toEqual(new Set(['manager', 'login', 'compute']));
    expect(map.some(({ name }) => name.startsWith('gpu'))).toBe(true);
    expect(map.filter(({ state }) => state === 'up').length).toBeGreaterThan(20);
  });

  test('has some history from the beginning', async () => {
    type Series = readonly { samples: readonly (readonly [number, number | null])[] }[];
    const path = 'nodes/cn001/metrics?metric=node_load1&from=-9m&to=-2m&step=1m';
    const [series] = await ask<Series>(path, (found) => found.length > 0);
    expect(series?.samples.filter(([, value]) => value !== null).length).toBeGreaterThan(3);
  });

  test('answers an order to profile a process with stacks', async () => {
    const profiles = await ask<readonly { id: string; status: string }[]>('profiles', (found) =>
      found.some(({ status }) => status === 'finished'),
    );
    const { id } = profiles.find(({ status }) => status === 'finished') ?? {};
    const folded = await (
      await fetch(`${await said(/^console: (\S+)$/m)}api/v1/profiles/${id}/export?format=folded`)
    ).text();
    expect(folded).toMatch(/;main/);
  });

  test('ends on Ctrl-C, and leaves nothing behind', async () => {
    const folder = await said(/^data: (\S+)$/m);
    expect(existsSync(folder)).toBe(true);
    const exited = once(demo, 'exit');
    demo.kill('SIGINT');
    expect(await exited).toEqual([0, null]);
    expect(existsSync(folder)).toBe(false);
  });
});
