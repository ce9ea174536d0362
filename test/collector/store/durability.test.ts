import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openStore, sender, t0, tempDir } from './open-store.ts';

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

test('whatever was acknowledged before a kill -9 is there afterwards, and nothing is there half', async () => {
  const dataDir = tempDir();
  const acknowledged = new Set<number>();
  for (const atLeast of [1, 17, 40, 64]) {
    for (const sequence of await acknowledgedBeforeKill(dataDir, atLeast)) acknowledged.add(sequence);
    const store = openStore({ dataDir });
    const stored = [...(await store.tickTimes('n1', 0, Number.MAX_SAFE_INTEGER))].map(
      (ms) => (ms - t0) / 1000,
    );
    expect([...acknowledged].filter((sequence) => !stored.includes(sequence))).toEqual([]);
    const position = stored.length;
    expect(await store.positions(sender)).toEqual([{ dataClass: 'metric', sequence: position, beyond: [] }]);
    expect(stored).toEqual(Array.from({ length: position }, (_, place) => place + 1));
    expect(await store.gaps('n1', 0, 10)).toEqual([]);
    const selection = { nodes: ['n1'], metric: 'any', match: { place: '299' }, fromMs: 0, toMs: t0 * 2 };
    expect((await store.select(selection))[0]?.values.length).toBe(position);
    await store.close();
  }
  expect(acknowledged.size).toBeGreaterThan(100);
});
