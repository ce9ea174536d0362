import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ExecutorProcess, policyWith, requestFor } from './executor-process.ts';

let executor: ExecutorProcess;
let quietFolder: string;

beforeEach(async () => {
  executor = new ExecutorProcess();
  executor.writePolicy(policyWith({ quiet: { allow: true } }));
  await executor.start();
  quietFolder = join(dirname(executor.socketPath), 'quiet');
  mkdirSync(quietFolder, { mode: 0o1777 });
});
afterEach(() => executor.remove());

const ask = (parameters: Record<string, string>) => executor.ask(requestFor('quiet', { parameters }));
const flag = (): string => join(quietFolder, 'node');

test('on writes until when, for an hour or as long as asked; off takes it away', async () => {
  const before = Date.now();
  const { ended, output } = await ask({ state: 'on' });
  expect(ended).toMatchObject({ state: 'finished' });
  expect(output).toContain('quiet until ');
  const until = Number(/^until (\d+)\n$/.exec(readFileSync(flag(), 'utf8'))?.[1]);
  expect(until - before).toBeGreaterThanOrEqual(3_600_000);
  expect(until - before).toBeLessThan(3_630_000);
  expect(statSync(flag()).mode & 0o777).toBe(0o644);
  await ask({ state: 'on', minutes: '1440' });
  expect(Number(readFileSync(flag(), 'utf8').slice(6)) - before).toBeGreaterThanOrEqual(86_400_000);
  expect(readdirSync(quietFolder)).toEqual(['node']);
  expect((await ask({ state: 'off' })).ended).toMatchObject({ state: 'finished' });
  expect(existsSync(flag())).toBe(false);
  expect((await ask({ state: 'off' })).ended).toMatchObject({ state: 'finished' });
});

test('a folder that strangers filled is told as such', async (ctx) => {
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'nr_inodes=3,mode=1777', 'none', quietFolder]);
  if (mounted.status !== 0) ctx.skip('may not mount a small file system; run the tests as root');
  try {
    for (const name of ['a', 'b']) writeFileSync(join(quietFolder, name), '');
    const { ended } = await ask({ state: 'on' });
    expect(ended).toMatchObject({ state: 'failed', reason: { code: 'quiet-folder-full' } });
    expect(ended?.reason?.remedy).toContain(`ls -la ${quietFolder}`);
  } finally {
    spawnSync('umount', [quietFolder]);
  }
});

test('what somebody put there under that name is replaced, not followed', async () => {
  const elsewhere = join(executor.folder, 'elsewhere');
  writeFileSync(elsewhere, 'precious');
  symlinkSync(elsewhere, flag());
  await ask({ state: 'on', minutes: '5' });
  expect(readFileSync(elsewhere, 'utf8')).toBe('precious');
  expect(readFileSync(flag(), 'utf8')).toMatch(/^until /);
});

test('a folder that somebody made under that name is moved out of the way', async () => {
  mkdirSync(join(flag(), 'full'), { recursive: true });
  expect((await ask({ state: 'on', minutes: '5' })).ended?.state).toBe('finished');
  expect(readFileSync(flag(), 'utf8')).toMatch(/^until /);
  await ask({ state: 'off' });
  mkdirSync(flag());
  expect((await ask({ state: 'off' })).ended?.state).toBe('finished');
  expect(readdirSync(quietFolder).every((name) => name.startsWith('.node-'))).toBe(true);
});

test('a folder that is not there, or leads elsewhere, is a failure with a remedy', async () => {
  rmSync(quietFolder, { recursive: true });
  expect((await ask({ state: 'on' })).ended).toMatchObject({
    state: 'failed',
    reason: { code: 'quiet-folder-unusable' },
  });
  const elsewhere = join(executor.folder, 'elsewhere');
  mkdirSync(elsewhere);
  symlinkSync(elsewhere, quietFolder);
  expect((await ask({ state: 'on' })).ended?.state).toBe('failed');
  expect(readdirSync(elsewhere)).toEqual([]);
});

test.each([
  {},
  { state: 'maybe' },
  { state: 'on', minutes: '0' },
  { state: 'on', minutes: '1441' },
  { state: 'on', minutes: '5 ' },
])('the parameters %j are refused', async (parameters) => {
  expect((await ask(parameters as Record<string, string>)).ended).toMatchObject({ state: 'refused' });
  expect(existsSync(flag())).toBe(false);
});

test('the shipped policy does not allow it', async () => {
  executor.writePolicy(readFileSync(join(import.meta.dirname, '../../executor/policy.json'), 'utf8'));
  expect((await ask({ state: 'on' })).ended).toMatchObject({
    state: 'refused',
    reason: { code: 'policy-denied' },
  });
});
