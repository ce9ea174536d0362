import { assert, asyncProperty, boolean, constantFrom, integer, option, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { viewStacks } from '../../../../collector/query/profiles/views/stacks-view.ts';
import type { ProfileStacks, StackChoice } from '../../../../shared/api/profile-view.ts';
import { FunctionClasses } from '../../../../shared/stacks/function-class.ts';
import { sum } from '../../../shared/stacks/plain-stacks.ts';
import { anySamples } from './any-samples.ts';
import { jobSource, recordedStacks } from './recorded-profiles.ts';

const classes = new FunctionClasses([{ class: 'mpi', functions: ['MPI_'] }]);

const job = jobSource({
  n1: recordedStacks([
    { timeMs: 0, stack: 'main;solve', pid: 10, tid: 10, rank: 0 },
    { timeMs: 10, stack: 'main;MPI_Wait@libmpi.so', pid: 10, tid: 11, rank: 0 },
    { timeMs: 2000, stack: 'main;solve', pid: 20, tid: 20, rank: 1 },
  ]),
  n2: recordedStacks([{ timeMs: 500, stack: 'main;solve;dot@libblas.so', pid: 10, tid: 10, rank: 0 }]),
});

const view = (choice: StackChoice, source = job) => viewStacks(source, classes, { id: 'p1', choice });

function plain({ functions, parents, frameIds, self }: ProfileStacks): Record<string, number> {
  const names: string[] = [];
  const stacks: Record<string, number> = {};
  for (const [branch, parent] of parents.entries()) {
    const name = functions[frameIds[branch] ?? 0] ?? '';
    names[branch] = parent < 0 ? name : `${names[parent]};${name}`;
    if ((self[branch] ?? 0) > 0) stacks[names[branch]] = self[branch] ?? 0;
  }
  return stacks;
}

describe('the stacks of a profile', () => {
  test('are those of all nodes laid upon each other', async () => {
    const all = await view({});
    expect(plain(all)).toEqual({ 'main;solve': 2, 'main;MPI_Wait': 1, 'main;solve;dot': 1 });
    expect(all).toMatchObject({ weight: 4, branches: 4, timed: true, sampleWeight: 1 });
    expect(all.classes[all.functions.indexOf('MPI_Wait')]).toBe('mpi');
  });

  test.each<[StackChoice, Record<string, number>]>([
    [{ node: 'n2' }, { 'main;solve;dot': 1 }],
    [{ rank: 0 }, { 'main;solve': 1, 'main;MPI_Wait': 1, 'main;solve;dot': 1 }],
    [
      { rank: 0, node: 'n1' },
      { 'main;solve': 1, 'main;MPI_Wait': 1 },
    ],
    [{ pid: 20 }, { 'main;solve': 1 }],
    [{ thread: 11 }, { 'main;MPI_Wait': 1 }],
    [{ from: 0.01, to: 0.5 }, { 'main;MPI_Wait': 1 }],
    [{ from: 0.5 }, { 'main;solve': 1, 'main;solve;dot': 1 }],
    [{ from: 100 }, {}],
    [{ focus: 'BLAS' }, { 'main;solve;dot': 1 }],
    [{ without: 'solve' }, { 'main;MPI_Wait': 1 }],
    [{ by: 'module' }, { app: 2, 'app;libmpi.so': 1, 'app;libblas.so': 1 }],
    [{ by: 'class' }, { 'own-code': 3, 'own-code;mpi': 1 }],
  ])('are chosen and shaped: %j', async (choice, expected) => {
    expect(plain(await view(choice))).toEqual(expected);
  });

  test.each<[StackChoice, string]>([
    [{ node: 'n9' }, 'nothing-chosen'],
    [{ pid: 99 }, 'nothing-chosen'],
    [{ node: 'n2', rank: 1 }, 'nothing-chosen'],
    [{ from: 2, to: 1 }, 'bad-parameter'],
  ])('that are not there are refused: %j', async (choice, code) => {
    await expect(view(choice)).rejects.toMatchObject({ code });
  });

  test('without times have no windows, without threads no threads', async () => {
    const samples = [{ timeMs: 0, stack: 'main' }];
    const summed = jobSource({ n1: recordedStacks(samples, 'threads') });
    expect(await view({ pid: 1 }, summed)).toMatchObject({ weight: 1, timed: false });
    await expect(view({ from: 0 }, summed)).rejects.toMatchObject({ code: 'no-samples' });
    const counted = jobSource({ n1: recordedStacks(samples, 'counts') });
    expect(await view({}, counted)).toMatchObject({ weight: 1, timed: false });
    await expect(view({ pid: 1 }, counted)).rejects.toMatchObject({ code: 'no-samples' });
  });

  test('that did not arrive are told apart from a profile that nobody knows', async () => {
    const empty = jobSource({ n1: null, n2: null });
    await expect(view({}, empty)).rejects.toMatchObject({ code: 'no-stacks' });
    await expect(view({ pid: 1 }, empty)).rejects.toMatchObject({ code: 'no-stacks' });
    await expect(viewStacks(job, classes, { id: 'p9', choice: {} })).rejects.toMatchObject({
      code: 'unknown-profile',
    });
  });

  test('weigh what they have sampled: time the period, events what one stands for on average', async () => {
    const recorded = recordedStacks([
      { timeMs: 0, stack: 'main', weight: 300 },
      { timeMs: 5, stack: 'main', weight: 100 },
    ]);
    const events = jobSource({ n1: recorded }, { unit: 'events' });
    expect(await view({}, events)).toMatchObject({ weight: 400, sampleWeight: 200 });
    const time = jobSource({ n1: recorded }, { unit: 'microseconds', frequencyHz: 50 });
    expect(await view({}, time)).toMatchObject({ weight: 400, sampleWeight: 20_000 });
  });

  test('keep their weight in every shape, and parts of them add up', async () => {
    const shape = record(
      {
        fold: boolean(),
        by: constantFrom('function', 'module', 'class'),
        most: integer({ min: 10, max: 40 }),
      },
      { requiredKeys: [] },
    );
    await assert(
      asyncProperty(
        anySamples,
        anySamples,
        shape,
        option(integer({ min: 1, max: 99 })),
        async (a, b, given, at) => {
          const source = jobSource({ n1: recordedStacks(a), n2: recordedStacks(b) });
          const weightOf = async (choice: StackChoice): Promise<number> => {
            const { weight, self } = await view(choice, source);
            expect(sum(self)).toBe(weight);
            return weight;
          };
          const whole = sum([...a, ...b].map(({ weight }) => weight));
          expect(await weightOf(given)).toBe(whole);
          expect((await weightOf({ node: 'n1' })) + (await weightOf({ node: 'n2' }))).toBe(whole);
          expect((await weightOf({ focus: 'a' })) + (await weightOf({ without: 'a' }))).toBe(whole);
          if (at === null) return;
          const moment = at / 1000;
          expect((await weightOf({ to: moment })) + (await weightOf({ from: moment }))).toBe(whole);
        },
      ),
      { numRuns: 60 },
    );
  });
});
