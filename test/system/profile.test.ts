// A program with known shares is profiled from the CLI: its functions in both directions, and in every format.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Profile as Pprof } from 'pprof-format';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Caller, HotFunction, Profile, ProfileDetail, StackNode } from '../../shared/api/profile.ts';
import { SplitProgram, shareTolerance, splitShares } from '../profiled-programs/split-program.ts';
import { whyNoProfile } from '../profiled-programs/why-no-profile.ts';
import { RunningJidi } from './running-jidi.ts';

const functions = ['hot', 'cold'] as const;

const missing = whyNoProfile();
let jidi: RunningJidi;
let split: SplitProgram;
let tolerance = Number.NaN;

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

describe('a profile of ten seconds', () => {
  let pid: number;
  let profile: ProfileDetail;
  beforeAll(async () => {
    if (missing !== undefined) return;
    pid = split.run();
    const asked = ['--pid', `${pid}`, '--duration', '10s', '--frequency', '99'];
    const { id } = await jidi.cliJson<Profile>('profile', 'start', 'n1', ...asked, '--wait');
    profile = await jidi.json(`/api/v1/profiles/${id}/functions`);
    tolerance = shareTolerance(profile.samples);
  });

  test('has its samples, and the process that it shows', () => {
    expect(profile).toMatchObject({ status: 'finished', reason: null, progress: 1, node: 'n1', pid });
    expect(profile).toMatchObject({ name: 'split', command: split.path, duration: 10, frequency: 99 });
    expect(profile.samples).toBeGreaterThan(50);
    expect(profile.samples).toBeLessThan(1100);
    expect(profile.lost).toBeLessThan(profile.samples / 10);
  });

  test.each(functions)('bottom-up, %s has its share and was called by work, called by main', (name) => {
    const row = profile.bottomUp?.find((each) => each.function === name);
    expect(row).toMatchObject({ module: 'split' });
    expectShare(row?.total, name);
    expect(row?.self).toBeGreaterThan(0);
    expect(row?.self).toBeLessThanOrEqual(row?.total ?? 0);
    expect(callersOf(row).slice(0, 2)).toEqual(['work', 'main']);
  });

  test.each(functions)('top-down, main leads to work and work to %s with its share', (name) => {
    const main = find(profile.topDown, 'main');
    const work = main?.children.find((each) => each.function === 'work');
    expect(work?.total).toBeGreaterThan(0.97);
    expectShare(work?.children.find((each) => each.function === name)?.total, name);
  });

  test('bottom-up lists the hottest function first', () => {
    expect(profile.bottomUp?.[0]?.function).toBe('hot');
    const self = profile.bottomUp?.map((each) => each.self) ?? [];
    expect(self).toEqual(self.toSorted((a, b) => b - a));
  });

  test('is in the list, and shown again as it was', async () => {
    const list = await jidi.cliJson<Profile[]>('profile', 'ls', '--node', 'n1');
    const { bottomUp: _bottomUp, topDown: _topDown, ...summary } = profile;
    expect(list).toContainEqual(summary);
    const shown = await jidi.cliJson<{ functions: readonly HotFunction[] }>('profile', 'show', profile.id);
    expect(shown).toMatchObject(summary);
    const [hottest] = profile.bottomUp ?? [];
    expect(shown.functions[0]).toMatchObject({ function: 'hot', self: expect.closeTo(hottest?.self ?? 0) });
    expect(await jidi.json(`/api/v1/profiles/${profile.id}`)).toEqual(summary);
  });

  test('is shown as text in both directions', async () => {
    const bottomUp = await jidi.cli('profile', 'show', profile.id);
    expect(bottomUp.stdout).toMatch(/\d\d\.\d % +9\d\.\d % +hot +\(split\)\n.*work[\s\S]*?main/);
    const topDown = await jidi.cli('profile', 'show', profile.id, '--view', 'top-down');
    expect(topDown.stdout).toMatch(/main[\s\S]*work[\s\S]*hot[\s\S]*cold/);
  });

  test('as folded stacks', async () => {
    const { code, stdout } = await jidi.cli('profile', 'export', profile.id, '--format', 'folded');
    expect(code).toBe(0);
    const stacks = stdout
      .trimEnd()
      .split('\n')
      .map((line) => {
        const [, path = '', count] = /^(.*) (\d+)$/.exec(line) ?? [];
        return { path: path.split(';'), samples: Number(count) };
      });
    expectStacks(stacks, profile.samples);
  });

  test('as pprof', async () => {
    const decoded = Pprof.decode(gunzipSync(await exported('pprof')));
    const text = (index: number | bigint): string => decoded.stringTable.strings[Number(index)] ?? '';
    const names = new Map(decoded.function.map(({ id, name }) => [id, text(name)]));
    const places = new Map(decoded.location.map(({ id, line }) => [id, line[0]?.functionId]));
    const stacks = decoded.sample.map(({ locationId, value }) => ({
      path: locationId.map((id) => names.get(places.get(id) ?? 0) ?? '').reverse(),
      samples: Number(value[0]),
    }));
    expect(decoded.sampleType.map(({ type, unit }) => [text(type), text(unit)])).toEqual([
      ['samples', 'count'],
      ['cpu', 'nanoseconds'],
    ]);
    expectStacks(stacks, profile.samples);
  });

  test('for speedscope', async () => {
    const file = JSON.parse((await exported('speedscope')).toString()) as Speedscope;
    expect(file.$schema).toBe('https://www.speedscope.app/file-format-schema.json');
    const [shown] = file.profiles;
    expect(shown).toMatchObject({ type: 'sampled', unit: expect.any(String), name: expect.any(String) });
    expect(shown).toMatchObject({ startValue: 0, endValue: profile.samples });
    expect(shown?.samples.length).toBe(shown?.weights.length);
    const stacks = shown?.samples.map((frames, index) => ({
      path: frames.map((frame) => file.shared.frames[frame]?.name ?? ''),
      samples: shown.weights[index] ?? 0,
    }));
    expectStacks(stacks ?? [], profile.samples);
  });

  test('as a picture', async () => {
    const svg = (await exported('svg')).toString();
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"[\s\S]*<\/svg>\s*$/);
    for (const name of functions) {
      const [, total] = new RegExp(`<title>${name} \\(split\\): ([\\d.]+) %`).exec(svg) ?? [];
      expectShare(Number(total) / 100, name);
    }
    expect(svg).not.toContain('<script');
  });

  test('is gone when it is deleted', async () => {
    expect((await jidi.cli('profile', 'rm', profile.id)).code).toBe(0);
    const shown = await jidi.cli('profile', 'show', profile.id);
    expect(shown.code).toBe(5);
    expect(shown.stderr).toContain(profile.id);
    expect((await jidi.cliJson<Profile[]>('profile', 'ls')).map(({ id }) => id)).not.toContain(profile.id);
  });

  async function exported(format: string): Promise<Buffer> {
    const file = join(jidi.dataDir, `profile.${format}`);
    const { code, stderr } = await jidi.cli(
      'profile',
      'export',
      profile.id,
      '--format',
      format,
      '--file',
      file,
    );
    expect({ code, stderr }).toMatchObject({ code: 0 });
    return readFileSync(file);
  }
});

interface Stack {
  readonly path: readonly string[];
  readonly samples: number;
}

interface Speedscope {
  readonly $schema: string;
  readonly shared: { readonly frames: readonly { readonly name: string }[] };
  readonly profiles: readonly {
    readonly samples: readonly number[][];
    readonly weights: readonly number[];
  }[];
}

function expectShare(share: number | undefined, name: keyof typeof splitShares): void {
  expect(Math.abs((share ?? 0) - splitShares[name]), `${name} has ${share}`).toBeLessThan(tolerance);
}

/** The same shares and the same callers, root first, whatever the format. */
function expectStacks(stacks: readonly Stack[], samples: number): void {
  expect(stacks.reduce((sum, stack) => sum + stack.samples, 0)).toBe(samples);
  for (const name of functions) {
    const path = ['main', 'work', name].join(';');
    const within = stacks.filter((stack) => stack.path.join(';').includes(path));
    expectShare(within.reduce((sum, stack) => sum + stack.samples, 0) / samples, name);
  }
}

/** Names from the function towards the root, along the callers that most samples came through. */
function callersOf(row: { readonly callers: readonly Caller[] } | undefined): readonly string[] {
  const [next] = row?.callers ?? [];
  return next === undefined ? [] : [next.function, ...callersOf(next)];
}

function find(node: StackNode | null | undefined, name: string): StackNode | undefined {
  if (node === null || node === undefined || node.function === name) return node ?? undefined;
  for (const child of node.children) {
    const found = find(child, name);
    if (found !== undefined) return found;
  }
  return undefined;
}
