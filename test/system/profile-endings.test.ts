// What becomes of a profile that does not simply run its time: stopped, cut short, never begun, refused.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Process } from '../../shared/api/process.ts';
import type { Profile, ProfileDetail } from '../../shared/api/profile.ts';
import { SplitProgram } from '../profiled-programs/split-program.ts';
import { whyNoProfile } from '../profiled-programs/why-no-profile.ts';
import { RunningJidi, until } from './running-jidi.ts';

const missing = whyNoProfile();
let jidi: RunningJidi;
let split: SplitProgram;

beforeAll(async () => {
  if (missing !== undefined) return;
  split = new SplitProgram();
  jidi = await RunningJidi.start();
});
beforeEach((ctx) => {
  if (missing !== undefined) ctx.skip(missing);
});
afterAll(async () => {
  if (missing !== undefined) return;
  split.remove();
  await jidi.stop();
});

test('a profile that is stopped keeps what it has', async () => {
  const pid = split.run();
  const { id } = await start(pid, '300s');
  await untilStatus(id, ({ status, progress }) => status === 'running' && progress > 0);
  expect((await jidi.cli('profile', 'stop', id)).code).toBe(0);
  const over = await untilStatus(id, ({ status }) => status === 'stopped');
  expect(over).toMatchObject({ reason: null, duration: 300 });
  expect((over.ended ?? 0) - (over.started ?? 0)).toBeLessThan(30);
  expect(over.samples).toBeGreaterThan(0);
  expect(over.bottomUp?.[0]?.function).toBe('hot');
  const again = await jidi.cli('profile', 'stop', id);
  expect(again.code).not.toBe(0);
  expect(again.stderr).toContain('is over');
});

test('a process that ends half-way leaves a partial profile', async () => {
  const pid = split.run();
  const { id } = await start(pid, '60s');
  await untilStatus(id, ({ progress }) => progress > 0);
  split.end(pid);
  const over = await untilStatus(id, ({ status }) => status === 'partial');
  expect(over.reason).toMatchObject({ code: 'process-ended', remedy: expect.stringContaining('duration') });
  expect(over.reason?.message).toContain(`process ${pid} ended after`);
  expect(over.samples).toBeGreaterThan(0);
  expect(over.bottomUp?.[0]?.function).toBe('hot');
});

test('a process that is not there fails, says so and ends with 1', async () => {
  const pid = split.run();
  split.end(pid);
  await until(`the end of ${pid}`, () => !isThere(pid));
  const args = ['profile', 'start', 'n1', '--pid', `${pid}`, '--duration', '10s', '--wait'];
  const { code, stdout } = await jidi.cli(...args, '-o', 'json');
  expect(code).toBe(1);
  const profile = JSON.parse(stdout) as Profile & { functions: readonly unknown[] };
  expect(profile).toMatchObject({ status: 'failed', samples: 0, functions: [] });
  expect(profile.reason).toMatchObject({ code: 'process-gone', remedy: expect.stringMatching(/\w/) });
  const table = await jidi.cli(...args);
  expect(table.code).toBe(1);
  expect(table.stdout + table.stderr).toContain(`process ${pid} does not exist on this node`);
});

test('a pid that belongs to another process by now is not sampled', async () => {
  const pid = split.run();
  const mine = await processOf(pid);
  const startTime = mine.startTime - 3600;
  const response = await fetch(new URL('/api/v1/profiles', jidi.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ nodes: 'n1', pid, startTime, duration: 10 }),
  });
  expect(response.ok).toBe(true);
  const { id } = (await response.json()) as Profile;
  const over = await untilStatus(id, ({ status }) => status === 'failed');
  expect(over).toMatchObject({ samples: 0, reason: { code: 'pid-reused' } });
  expect((await jidi.cli('profile', 'show', id)).code).toBe(1);
});

test.each([
  ['--pid', '0'],
  ['--duration', '9s'],
  ['--duration', '301s'],
  ['--frequency', '0'],
  ['--frequency', '2001'],
])('%s %s is refused with what is allowed', async (flag, value) => {
  const rest = flag === '--pid' ? [] : ['--pid', '1'];
  const { code, stderr } = await jidi.cli('profile', 'start', 'n1', ...rest, flag, value);
  expect(code).toBe(2);
  expect(stderr).toContain(flag);
  expect(stderr).toMatch(/\d+\D+\d+/);
});

async function start(pid: number, duration: string): Promise<Profile> {
  return await jidi.cliJson('profile', 'start', 'n1', '--pid', `${pid}`, '--duration', duration);
}

async function untilStatus(id: string, isThat: (profile: Profile) => boolean): Promise<ProfileDetail> {
  await until(`the awaited status of ${id}`, async () =>
    isThat(await jidi.json<Profile>(`/api/v1/profiles/${id}`)),
  );
  return jidi.json<ProfileDetail>(`/api/v1/profiles/${id}/functions`);
}

async function processOf(pid: number): Promise<Process> {
  let seen: Process | undefined;
  await until(`${pid} in the process table`, async () => {
    seen = (await jidi.cliJson<Process[]>('top', 'n1')).find((each) => each.pid === pid);
    return seen !== undefined;
  });
  if (seen === undefined) throw new Error(`process ${pid} is not in the table`);
  return seen;
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    // Ended and collected.
    return false;
  }
}
