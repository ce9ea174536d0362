// Claim: 1,000 process profiles of some 1,000 branches become one job profile, as the bytes that the API answers with, within a
// second; and no view of them holds the event loop for more than 20 ms.
//
// In: profiles made here: calls below each other at random, of which each process has four fifths in common with the others,
// and 2,970 samples each. Measured: from the question to the bytes, in the thread that makes views, the first time and the
// middle of five, the CPU time of all threads; and the longest time in which the event loop of the asker had no turn.
// Flags: parts=1000.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { readFunctionClasses } from '../collector/query/profiles/function-classes.ts';
import { createThreadedViews } from '../collector/query/profiles/views/view-door.ts';
import type { ProfileViews, ViewQuestion } from '../collector/query/profiles/views/view-question.ts';
import { openStore } from '../collector/store/open-store.ts';
import { systemClock } from '../shared/clock.ts';
import { createLogger } from '../shared/log.ts';
import { type Profile, type RecordedStacks, untoldProfile, usualProfile } from '../shared/model/profile.ts';
import { StacksBuilder, toTree } from '../shared/stacks/stacks-builder.ts';
import { printNote } from './measuring/report.ts';
import { median } from './measuring/stopwatch.ts';

const flags = new Map(process.argv.slice(2).map((flag) => flag.split('=') as [string, string]));
const parts = Number(flags.get('parts') ?? 1000);
const branches = 1000;
const samples = 2_970;
const longAgeMs = 1e12;
const createdTimeMs = Date.now();

const whole: Profile = {
  ...usualProfile,
  ...untoldProfile,
  id: 'job',
  node: null,
  nodeCount: parts,
  parentId: null,
  target: { kind: 'job', job: '1' },
  status: 'finished',
  createdTimeMs,
  startedTimeMs: createdTimeMs,
  endedTimeMs: createdTimeMs + 30_000,
};

const dataDir = mkdtempSync(join(tmpdir(), 'jidi-bench-'));
const log = createLogger('bench', 'silent');
try {
  await fill();
  const views = createThreadedViews({
    dataDir,
    logLevel: 'silent',
    rules: readFunctionClasses(),
    clock: systemClock,
    log,
  });
  await measure(views, 'all of the job', { view: 'stacks', id: 'job', asked: {} });
  await measure(views, 'one node', { view: 'stacks', id: 'job', asked: { node: 'n0007' } });
  await measure(views, 'a window of a second', { view: 'stacks', id: 'job', asked: { from: 10, to: 11 } });
  await measure(views, 'course in time', { view: 'timeline', id: 'job', asked: {} });
  await measure(views, 'spread over ranks', { view: 'spread', id: 'job', asked: {} });
  await measure(views, 'slowest rank', { view: 'difference', id: 'job', asked: { ranks: 'slowest' } });
  await views.stop();
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}

async function measure(views: ProfileViews, name: string, question: ViewQuestion): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const times: number[] = [];
  let bytes = 0;
  const before = process.cpuUsage();
  delay.enable();
  for (let turn = 0; turn < 6; turn += 1) {
    const began = performance.now();
    bytes = (await views.view(question)).length;
    times.push(performance.now() - began);
  }
  delay.disable();
  const { user, system } = process.cpuUsage(before);
  const [first = 0, ...others] = times;
  printNote(
    `${name}: ${first.toFixed(0)} ms at first, ${median(others).toFixed(0)} ms again, CPU time ${((user + system) / 1000 / times.length).toFixed(0)} ms each; ${(bytes / 1e6).toFixed(2)} MB; ` +
      `event loop held for ${(delay.max / 1e6).toFixed(1)} ms at the most`,
  );
}

async function fill(): Promise<void> {
  const ages = { raw: longAgeMs, minute: longAgeMs, 'ten-minutes': longAgeMs };
  const store = await openStore({
    dataDir,
    keep: { ageMs: { ...ages, profiles: longAgeMs, continuous: longAgeMs }, budgetBytes: null },
    recordAgeMs: longAgeMs,
    clock: systemClock,
    log,
    logLevel: 'silent',
    onDeath(error) {
      throw error;
    },
  });
  await store.putProfile(whole);
  for (let part = 0; part < parts; part += 1) {
    const node = `n${String(part).padStart(4, '0')}`;
    const own: Profile = { ...whole, id: `job-${node}`, node, parentId: 'job', samples };
    await store.putStacks(own, recordedAt(part));
  }
  // Stacks move into the file of their month after everything else.
  await store.retain();
  await store.close();
}

/** Of each branch's parent and function the same number decides: processes with the same seed have the same branches. */
function recordedAt(part: number): RecordedStacks {
  const builder = new StacksBuilder();
  const made: number[] = [];
  const common = randomFrom(1);
  const own = randomFrom(part + 2);
  for (let count = 0; count < branches; count += 1) {
    const random = count < 0.8 * branches ? common : own;
    const parent = made[Math.floor(random() ** 0.5 * made.length)] ?? -1;
    const number = Math.floor(random() * 600);
    const name = number < 60 ? `MPI_Function${number}` : `function${number}`;
    made.push(builder.branch(parent, builder.frame({ function: name, module: `lib${number % 12}.so` })));
  }
  const nodes = Array.from({ length: samples }, () => made[Math.floor(own() * made.length)] ?? 0);
  for (const node of nodes) builder.add(node, 1);
  const threads = [{ pid: part + 1, tid: part + 1, process: 'solver', name: 'solver', localRank: part }];
  const timesMs = nodes.map((_node, place) => Math.floor((place * 30_000) / samples));
  const columns = { timesMs, threadIds: nodes.map(() => 0), nodes, weights: nodes.map(() => 1) };
  return { ...toTree(builder.build()), threads, samples: columns };
}

/** Mulberry32: the same numbers on every machine. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
