// Programs that know where their time goes, one for each language, all profiled at once for 30 s at 99 Hz with what is chosen
// where nobody says otherwise. Every view must show every function and every call within three points.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Profile } from '../../shared/api/profile.ts';
import { whyNoProfile } from '../profiled-programs/why-no-profile.ts';
import { farOff, mostOff } from './far-off.ts';
import { type KnownLanguage, knownLanguages } from './known-languages.ts';
import { type KnownCall, KnownProgram } from './known-program.ts';
import { type NamedView, readViews } from './profile-views.ts';
import { RunningNodes } from './running-nodes.ts';

const missing = whyNoProfile();
/** A node takes few profiles at a time. */
const nodes = ['n1', 'n2'] as const;

interface Result {
  readonly profile: Profile;
  readonly truth: readonly KnownCall[];
  readonly views: readonly NamedView[];
}

/** All programs at once on a machine that does other things, too. */
const longestMs = 240_000;

const folder = mkdtempSync(join(tmpdir(), 'jidi-shares-'));
const programs: KnownProgram[] = [];
const results = new Map<string, Promise<Result>>();
let jidi: RunningNodes | undefined;

beforeAll(async () => {
  if (missing !== undefined) return;
  const running = await RunningNodes.start(nodes.map((node) => ({ node })));
  jidi = running;
  const here = knownLanguages.filter(({ whyMissing }) => whyMissing() === undefined);
  for (const [index, language] of here.entries()) {
    const result = measure(running, language, nodes[index % nodes.length] ?? 'n1');
    results.set(language.language, result);
    // Told by the test that waits for it.
    result.catch(() => undefined);
  }
});
beforeEach((ctx) => {
  if (missing !== undefined) ctx.skip(missing);
});
afterAll(async () => {
  for (const program of programs) program.kill();
  await jidi?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(knownLanguages)('$language', (known) => {
  let result: Result;
  beforeEach(async (ctx) => {
    const why = known.whyMissing();
    if (why !== undefined) ctx.skip(why);
    result = (await results.get(known.language)) ?? expect.fail('was not profiled');
  }, longestMs);

  test('is profiled to the end, with nearly every frame named', () => {
    expect(result.profile).toMatchObject({ status: 'finished', reason: null });
    expect(result.profile.samples).toBeGreaterThan(20);
    expect(result.profile.symbols?.named).toBeGreaterThan(0.95);
    expect(result.profile.lost).toBeLessThan(result.profile.samples / 10);
  });

  test('every view shows every function and every call within three points', () => {
    const { truth, views, profile } = result;
    const expected = { truth, most: mostOff(profile.samples), withCallers: hasCallers(known, profile) };
    expect(views.flatMap(([view, shown]) => farOff(view, shown, expected))).toEqual([]);
  });
});

async function measure(running: RunningNodes, known: KnownLanguage, node: string): Promise<Result> {
  const program = new KnownProgram(known.build(mkdtempSync(join(folder, 'program-'))));
  programs.push(program);
  const asked = ['--pid', `${program.pid}`, '--duration', '30s', '--frequency', '99', '--wait'];
  const profile = await running.cliJson<Profile>('profile', 'start', node, ...asked);
  const truth = await program.end();
  const names = hasCallers(known, profile) ? [truth[0]?.caller ?? '', truth[1]?.function ?? ''] : [];
  return { profile, truth, views: await readViews(running, profile.id, names) };
}

/** Nothing but frame pointers leads out of code that was made at run time: a trial must have had the time to find that out. */
function hasCallers({ withCallers, language }: KnownLanguage, { callGraph }: Profile): boolean {
  const isGuess = /no time for a trial|the trial (had|took|failed)/.test(callGraph ?? '');
  return withCallers && !(language === 'Node.js' && isGuess);
}
