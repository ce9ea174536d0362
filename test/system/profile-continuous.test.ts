// A program with known shares is profiled window after window: any past window, and any range of them, has its functions.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ContinuousProfile } from '../../shared/api/continuous-profile.ts';
import type { Profile, ProfileDetail } from '../../shared/api/profile.ts';
import type { ProfileSpread, ProfileStacks } from '../../shared/api/profile-view.ts';
import { SplitProgram, shareTolerance, splitShares } from '../profiled-programs/split-program.ts';
import { whyNoProfile } from '../profiled-programs/why-no-profile.ts';
import { RunningJidi, until } from './running-jidi.ts';

const missing = whyNoProfile();
let jidi: RunningJidi;
let split: SplitProgram;

beforeAll(async () => {
  if (missing !== undefined) return;
  split = new SplitProgram();
  split.run();
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

test('windows of ten seconds of a node become profiles of their own, and lie upon each other in one tree', async () => {
  const command = ['profile', 'continuous'];
  const [begun] = [
    await jidi.cliJson<ContinuousProfile>(...command, 'start', 'n1', '--window', '10s', '--frequency', '49'),
  ];
  expect(begun).toMatchObject({ nodes: 'n1', job: null, status: 'running', window: 10, frequency: 49 });
  const { id } = begun;
  const whole = async (): Promise<readonly Profile[]> => {
    const windows = await jidi.cliJson<Profile[]>(...command, 'show', id, '--windows');
    return windows.filter(({ status, samples }) => status === 'finished' && samples > 0);
  };
  await until('two windows', async () => (await whole()).length >= 2, 90_000);
  const stopped = await jidi.cliJson<ContinuousProfile>(...command, 'stop', id);
  expect(stopped.status).toBe('stopped');
  const [window] = await whole();
  const path = `/api/v1/profiles/${window?.id}`;
  await until('the merge', async () => (await jidi.json<Profile[]>(`${path}/parts`)).length === 0);

  const detail = await jidi.json<ProfileDetail>(`${path}/functions`);
  expect(detail).toMatchObject({ parent: id, node: null, duration: 10, target: { kind: 'node' } });
  expect(detail.bottomUp?.some((row) => row.function === 'hot' && row.module === 'split')).toBe(true);
  const spread = await jidi.json<ProfileSpread>(`${path}/spread?over=process&function=hot`);
  expect(spread.rows.find(({ name }) => name === 'split')).toMatchObject({ node: 'n1' });

  const stacks = await jidi.json<ProfileStacks>(
    `/api/v1/continuous-profiles/${id}/stacks?from=-10m&focus=split`,
  );
  const own = (name: string) => weightOf(stacks, name);
  const tolerance = shareTolerance(stacks.weight);
  expect(Math.abs(own('hot') / (own('hot') + own('cold')) - splitShares.hot)).toBeLessThan(tolerance);
  const shown = await jidi.cli(...command, 'show', id);
  expect(shown.stdout).toMatch(/hot +\(split\)/);
  expect((await jidi.cliJson<ContinuousProfile[]>(...command, 'ls')).map((one) => one.id)).toEqual([id]);
  // Windows do not flood the list of profiles.
  expect(await jidi.cliJson<Profile[]>('profile', 'ls')).toEqual([]);
}, 180_000);

/** Of all that is on the function. */
function weightOf({ functions, parents, frameIds, self }: ProfileStacks, name: string): number {
  const wanted = functions.indexOf(name);
  const isOn: boolean[] = [];
  let weight = 0;
  for (const [branch, frame] of frameIds.entries()) {
    isOn[branch] = frame === wanted || isOn[parents[branch] ?? -1] === true;
    if (isOn[branch]) weight += self[branch] ?? 0;
  }
  return weight;
}
