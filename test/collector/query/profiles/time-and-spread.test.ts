import { assert, asyncProperty, constantFrom } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { viewSpread } from '../../../../collector/query/profiles/views/spread-view.ts';
import { viewStacks } from '../../../../collector/query/profiles/views/stacks-view.ts';
import { viewTimeline } from '../../../../collector/query/profiles/views/timeline-view.ts';
import type { SpreadParameters, TimelineParameters } from '../../../../shared/api/profile-view.ts';
import { FunctionClasses } from '../../../../shared/stacks/function-class.ts';
import { sum } from '../../../shared/stacks/plain-stacks.ts';
import { anySamples } from './any-samples.ts';
import { jobSource, recordedStacks } from './recorded-profiles.ts';

const classes = new FunctionClasses([{ class: 'mpi', functions: ['MPI_'] }]);

const job = jobSource({
  n1: recordedStacks([
    { timeMs: 0, stack: 'main;solve;dot', pid: 10, tid: 10, rank: 0 },
    { timeMs: 0, stack: 'main;MPI_Wait@libmpi.so', pid: 10, tid: 11, rank: 0, weight: 3 },
    { timeMs: 120, stack: 'main;solve', pid: 20, tid: 20, rank: 1 },
  ]),
  n2: recordedStacks([{ timeMs: 50, stack: 'main;solve;dot', pid: 10, tid: 10, rank: 2 }]),
});

const timeline = (asked: TimelineParameters, source = job) => viewTimeline(source, { id: 'p1', asked });
const spread = (asked: SpreadParameters, source = job) => viewSpread(source, classes, { id: 'p1', asked });

describe('how a profile lies in time', () => {
  test.each<[TimelineParameters, number[]]>([
    [{ step: 0.05, to: 0.15 }, [4, 1, 1]],
    [{ step: 0.05, from: 0.05, to: 0.15 }, [1, 1]],
    [{ step: 0.05, to: 0.15, function: 'solve' }, [1, 1, 1]],
    [{ step: 0.05, to: 0.15, function: 'dot', node: 'n1' }, [1, 0, 0]],
    [{ step: 0.05, to: 0.15, module: 'libmpi.so' }, [3, 0, 0]],
    [{ step: 0.05, to: 0.15, function: 'absent' }, [0, 0, 0]],
  ])('%j', async (asked, weights) => {
    expect((await timeline(asked)).weights).toEqual(weights);
  });

  test('covers the whole profile, and refuses more steps than anybody looks at', async () => {
    const { weights } = await timeline({});
    expect([weights.length, sum(weights)]).toEqual([1500, 6]);
    await expect(timeline({ step: 0.001, to: 200 })).rejects.toMatchObject({ code: 'bad-parameter' });
    await expect(timeline({ pid: 99 })).rejects.toMatchObject({ code: 'nothing-chosen' });
  });

  test('is not spoiled by one node that lies about its samples and its clock', async () => {
    const sampled = recordedStacks([{ timeMs: 40, stack: 'main' }]);
    const endedTimeMs = 2e12;
    const source = jobSource(
      { n1: sampled, liar: sampled },
      { nodeCount: 2, startedTimeMs: 1, endedTimeMs },
      { liar: { samples: Number.MAX_SAFE_INTEGER, startedTimeMs: 1, endedTimeMs } },
    );
    const { weights } = await timeline({ step: 0.02 }, source);
    expect([weights.length, sum(weights)]).toEqual([1500, 2]);
  });

  test('lets a sample of time last', async () => {
    const source = jobSource(
      { n1: recordedStacks([{ timeMs: 10, stack: 'wait', weight: 20_000 }]) },
      { unit: 'microseconds' },
    );
    expect((await timeline({ step: 0.02, to: 0.06 }, source)).weights).toEqual([10_000, 10_000, 0]);
    expect(await spread({ from: 0.02, over: 'thread' }, source)).toMatchObject({
      rows: [{ weight: 10_000 }],
    });
  });
});

describe('parts that began one after another', () => {
  const sampled = recordedStacks([0, 100, 400].map((timeMs) => ({ timeMs, stack: 'main' })));
  const at = 1_000_000;
  /** The clock of n2 is 5 s ahead. */
  const begun = (late: Readonly<Record<string, number>>) =>
    jobSource(
      { n1: sampled, n2: sampled },
      {},
      {
        n1: { startAtMs: at, startedTimeMs: at + (late.n1 ?? 0) },
        n2: { startAtMs: at + 5000, startedTimeMs: at + 5000 + (late.n2 ?? 0) },
      },
    );
  const asked = { step: 0.1, to: 0.8 };

  test('lie at the same instants in every window', async () => {
    const source = begun({ n1: 40, n2: 340 });
    expect((await timeline(asked, source)).weights).toEqual([1, 1, 0, 1, 2, 0, 0, 1]);
    expect((await timeline({ ...asked, node: 'n2' }, source)).weights).toEqual([0, 0, 0, 1, 1, 0, 0, 1]);
    const window = { from: 0.3, to: 0.5 };
    const { weight } = await viewStacks(source, classes, { id: 'p1', choice: window });
    expect(weight).toBe(3);
    expect((await spread({ ...window, over: 'node' }, source)).rows.map((row) => row.weight)).toEqual([2, 1]);
  });

  test('stay where they are when what they say cannot be', async () => {
    const { weights } = await timeline(asked, begun({ n2: 1e9 }));
    expect(weights).toEqual([2, 2, 0, 0, 2, 0, 0, 0]);
  });
});

test('of one tree of several nodes, as a window is, its threads say on which node they were', async () => {
  const recorded = recordedStacks(
    [
      { timeMs: 0, stack: 'main;solve', pid: 1, weight: 3 },
      { timeMs: 0, stack: 'main', pid: 2 },
    ],
    'threads',
  );
  const threads = recorded.threads.map((thread) => ({ ...thread, node: `n${thread.pid}` }));
  const source = { ...jobSource({}), stacks: async () => ({ ...recorded, threads }) };
  const weightOf = async (node: string) =>
    (await viewStacks(source, classes, { id: 'p1', choice: { node } })).weight;
  expect([await weightOf('n1'), await weightOf('n2')]).toEqual([3, 1]);
  await expect(weightOf('n9')).rejects.toMatchObject({ code: 'nothing-chosen' });
  expect((await spread({ over: 'node' }, source)).rows).toMatchObject([
    { node: 'n1', weight: 3 },
    { node: 'n2', weight: 1 },
  ]);
  expect((await spread({ node: 'n2' }, source)).rows).toMatchObject([{ node: 'n2', pid: 2, weight: 1 }]);
});

describe('how a profile spreads', () => {
  test('over processes, the heaviest first, with what of each is no waiting for others', async () => {
    const { rows, left } = await spread({ function: 'dot' });
    expect(rows).toMatchObject([
      {
        node: 'n1',
        pid: 10,
        thread: null,
        name: 'program 10',
        rank: 0,
        weight: 4,
        wanted: 1,
        ownShare: 0.25,
      },
      { node: 'n1', pid: 20, rank: 1, weight: 1, wanted: 0, ownShare: 1 },
      { node: 'n2', pid: 10, rank: 2, weight: 1, wanted: 1, ownShare: 1 },
    ]);
    expect(left).toBe(0);
  });

  test('over threads and over nodes', async () => {
    const threads = await spread({ over: 'thread', node: 'n1', pid: 10 });
    expect(threads.rows.map(({ thread, name, weight }) => [thread, name, weight])).toEqual([
      [11, 'thread 11', 3],
      [10, 'thread 10', 1],
    ]);
    const nodes = await spread({ over: 'node' });
    expect(nodes.rows.map(({ node, weight, ownShare }) => [node, weight, ownShare])).toEqual([
      ['n1', 5, 0.4],
      ['n2', 1, 1],
    ]);
  });

  test('over nodes also where threads were not kept', async () => {
    const counted = jobSource({ n1: recordedStacks([{ timeMs: 0, stack: 'main' }], 'counts') });
    expect((await spread({ over: 'node' }, counted)).rows).toMatchObject([{ node: 'n1', weight: 1 }]);
    await expect(spread({}, counted)).rejects.toMatchObject({ code: 'no-samples' });
  });
});

test('stacks, course and spread tell the same weight of the same choice', async () => {
  await assert(
    asyncProperty(anySamples, anySamples, constantFrom(undefined, 'a', 'MPI_d'), async (a, b, name) => {
      const source = jobSource({ n1: recordedStacks(a), n2: recordedStacks(b) });
      for (const choice of [{}, { node: 'n1' }, { from: 0.02 }, { to: 0.05 }]) {
        const wish = name === undefined ? choice : { ...choice, function: name };
        const lying = sum((await timeline({ ...wish, step: 0.01 }, source)).weights);
        const rows = await Promise.all(
          (['thread', 'process', 'node'] as const).map(async (over) =>
            sum((await spread({ ...wish, over }, source)).rows.map(({ wanted }) => wanted)),
          ),
        );
        expect(rows).toEqual([lying, lying, lying]);
        if (name !== undefined) continue;
        const { weight } = await viewStacks(source, classes, { id: 'p1', choice });
        expect(weight).toBe(lying);
      }
    }),
    { numRuns: 40 },
  );
});
