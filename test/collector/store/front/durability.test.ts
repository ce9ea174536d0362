import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Store } from '../../../../collector/store/store.ts';
import { sender, t0, tempDir } from '../open-store.ts';
import { openFront } from './open-front.ts';

const program = join(import.meta.dirname, 'append-for-ever.ts');

/** Runs the child until it has acknowledged so many batches, kills it with -9, and gives all it acknowledged. */
async function acknowledgedBeforeKill(dataDir: string, atLeast: number): Promise<readonly number[]> {
  const child = spawn(process.execPath, [program, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
    if (text.split('\n').length > atLeast) child.kill('SIGKILL');
  });
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals | null>();
  child.on('close', (_code, signal) => resolve(signal));
  expect(await promise).toBe('SIGKILL');
  return text.split('\n').slice(0, -1).map(Number);
}

/** All that was acknowledged is there, each once and whole, and nothing else. */
async function check(store: Store, acknowledged: ReadonlySet<number>): Promise<number> {
  const times = await store.tickTimes('n1', 0, t0 * 2);
  const stored = Array.from(times, (ms) => (ms - t0) / 1000);
  expect([...acknowledged].filter((sequence) => !stored.includes(sequence))).toEqual([]);
  expect(stored).toEqual(stored.map((_, place) => place + 1));
  const position = { dataClass: 'metric', sequence: stored.length, beyond: [] };
  expect(await store.positions(sender)).toEqual([position]);
  expect(await store.gaps('n1', 0, 10)).toEqual([]);
  const selectors = [{ metric: 'any', match: { place: '49' } }];
  const selection = { nodes: ['n1'], selectors, fromMs: 0, toMs: t0 * 2 };
  const [data] = await store.select(selection);
  expect([...(data?.values ?? [])]).toEqual(stored.map((sequence) => sequence * 49));
  return stored.length;
}

test('whatever was acknowledged before a kill -9 is there afterwards, in the log or in the files', async () => {
  const dataDir = tempDir();
  const acknowledged = new Set<number>();
  for (const atLeast of [1, 17, 300, 90, 700]) {
    for (const sequence of await acknowledgedBeforeKill(dataDir, atLeast)) acknowledged.add(sequence);
    const replayed = await openFront({ dataDir, flush: () => () => new Promise(() => {}) });
    const stored = await check(replayed, acknowledged);
    await replayed.close();
    const flushed = await openFront({ dataDir });
    await flushed.compact();
    expect(await check(flushed, acknowledged)).toBe(stored);
    await flushed.close();
  }
  expect(acknowledged.size).toBeGreaterThan(1000);
  expect(existsSync(join(dataDir, 'hot'))).toBe(true);
});
