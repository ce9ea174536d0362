// A program that waits for a lock, sleeps in a read and works, and that knows how long each took, is profiled by event `wall` for
// 30 s: every view finds each wait within three points.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Profile } from '../../shared/api/profile.ts';
import type { ProfileSpread, ProfileStacks } from '../../shared/api/profile-view.ts';
import { weighFunctions } from '../../shared/stacks/functions.ts';
import { whyNoProfile } from '../profiled-programs/why-no-profile.ts';
import { farOff } from './far-off.ts';
import { type KnownCall, sharedCalls } from './known-program.ts';
import { RunningNodes } from './running-nodes.ts';
import { columnShares, stacksOf } from './shown-shares.ts';
import { spentWithin } from './told-times.ts';

const source = join(import.meta.dirname, '../fixtures/perf/waits.c');
/** Points: weights are the time itself, whatever else the machine does. */
const most = 0.03;
const functions = ['wait_for_lock', 'wait_in_read', 'work'] as const;
const missing = whyNoProfile() ?? whyNoKernel();
let folder: string;
let jidi: RunningNodes;
let program: ChildProcess;
let profile: Profile;
let truth: readonly KnownCall[];

beforeAll(async () => {
  if (missing !== undefined) return;
  folder = mkdtempSync(join(tmpdir(), 'jidi-waits-'));
  jidi = await RunningNodes.start([{ node: 'n1' }]);
  const path = join(folder, 'waits');
  execFileSync('cc', ['-O2', '-g', '-o', path, source, '-lpthread']);
  program = spawn(path, { stdio: ['ignore', 'pipe', 'inherit'] });
  const said = text(program.stdout ?? expect.fail('no stdout'));
  const asked = ['--pid', `${program.pid}`, '--event', 'wall', '--duration', '30s', '--wait'];
  profile = await jidi.cliJson('profile', 'start', 'n1', ...asked);
  program.kill('SIGTERM');
  truth = knownWaits(await said, profile);
});
beforeEach((ctx) => {
  if (missing !== undefined) ctx.skip(missing);
});
afterAll(async () => {
  if (missing !== undefined) return;
  if (program.exitCode === null && program.signalCode === null) {
    program.kill('SIGKILL');
    await once(program, 'exit');
  }
  await jidi.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('is profiled to the end, in microseconds', () => {
  expect(profile).toMatchObject({ status: 'finished', reason: null, unit: 'microseconds', event: 'wall' });
});

test('of its first thread, the lock, the sleeping read and the work have their shares', async () => {
  const columns = await stacksOfFirstThread();
  for (const [view, shown] of columnShares(columns)) {
    expect(farOff(view, shown, { truth, most })).toEqual([]);
  }
  expect(columns.weight / 1e6, 'seconds of 30').toBeGreaterThan(29);
});

test('the waits stand on what the kernel was asked for', async () => {
  const stacks = stacksOf(await stacksOfFirstThread());
  const { self } = weighFunctions(stacks);
  const ended = Array.from(self).reduce((sum, weight) => sum + weight, 0);
  expect(ended).toBeCloseTo(stacks.weight, 0);
  const names = stacks.frames.map((frame) => frame.function).join('\n');
  expect(names).toMatch(/futex/);
  expect(names).toMatch(/read/);
});

test('the spread tells how much of each wait each thread has', async () => {
  for (const { function: name, share } of truth) {
    const path = `/api/v1/profiles/${profile.id}/spread?over=thread&function=${name}`;
    const { rows } = await jidi.json<ProfileSpread>(path);
    const first = rows.find(({ thread }) => thread === program.pid);
    const shown = (first?.wanted ?? 0) / (first?.weight ?? 1);
    expect(Math.abs(shown - share), `${name} has ${share}, shown ${shown}`).toBeLessThan(most);
  }
});

function stacksOfFirstThread(): Promise<ProfileStacks> {
  return jidi.json<ProfileStacks>(`/api/v1/profiles/${profile.id}/stacks?thread=${program.pid}`);
}

/** Within the time of the profile, by the program's own clock: lines `at UNIX-SECONDS LOCK READ WORK`. */
function knownWaits(said: string, { started, ended }: Profile): readonly KnownCall[] {
  const lines = said.split('\n').filter((line) => line.startsWith('at '));
  const told = lines.map((line) => {
    const [at = 0, ...spent] = line.split(' ').slice(1).map(Number);
    return { at, spent };
  });
  const spent = spentWithin(told, started ?? 0, ended ?? 0);
  return sharedCalls(
    functions.map((name, index) => ({ caller: 'main', function: name, seconds: spent[index] ?? 0 })),
  );
}

function whyNoKernel(): string | undefined {
  const tried = spawnSync('perf', ['record', '-e', 'context-switches', '-o', '/dev/null', 'true']);
  return tried.status === 0 ? undefined : 'perf may not see the kernel; run the tests as root';
}
