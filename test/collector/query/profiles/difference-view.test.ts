import { assert, asyncProperty, constantFrom } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { viewDifference } from '../../../../collector/query/profiles/views/difference-view.ts';
import type { DifferenceParameters } from '../../../../shared/api/profile-view.ts';
import { FunctionClasses } from '../../../../shared/stacks/function-class.ts';
import { sum } from '../../../shared/stacks/plain-stacks.ts';
import { anySamples } from './any-samples.ts';
import { jobSource, type PlainSample, recordedStacks } from './recorded-profiles.ts';

const classes = new FunctionClasses([{ class: 'mpi', functions: ['MPI_'] }]);
const difference = (source: ReturnType<typeof jobSource>, asked: DifferenceParameters) =>
  viewDifference(source, classes, { id: 'p1', asked });

/** Of ten samples so many work, the others wait for the slowest. */
const rank = (pid: number, works: number): PlainSample[] =>
  Array.from({ length: 10 }, (_, place) => ({
    timeMs: place * 10,
    stack: place < works ? 'main;solve' : 'main;MPI_Barrier@libmpi.so',
    pid,
    rank: pid % 10,
  }));

describe('what differs', () => {
  test('between two windows stands in one tree', async () => {
    const source = jobSource({
      n1: recordedStacks([
        { timeMs: 0, stack: 'main;read' },
        { timeMs: 1000, stack: 'main;solve', weight: 3 },
      ]),
    });
    const found = await difference(source, { from: 1, baseTo: 1 });
    const selfOf = (self: readonly number[], name: string): number | undefined =>
      self[found.frameIds.indexOf(found.functions.indexOf(name))];
    expect([selfOf(found.self, 'solve'), selfOf(found.baseSelf, 'solve')]).toEqual([3, 0]);
    expect([selfOf(found.self, 'read'), selfOf(found.baseSelf, 'read')]).toEqual([0, 1]);
    expect(found.of).toEqual({ profile: 'p1', from: 1, weight: 3 });
    expect(found.base).toEqual({ profile: 'p1', to: 1, weight: 1 });
    expect([found.weight, found.baseWeight]).toEqual([3, 1]);
  });

  test('between the slowest rank, for which the others wait, and the one in the middle', async () => {
    const source = jobSource({
      n1: recordedStacks([...rank(10, 2), ...rank(11, 3)]),
      n2: recordedStacks([
        ...rank(10, 9),
        ...rank(11, 4),
        { timeMs: 0, stack: 'sshd', pid: 99, weight: 100 },
      ]),
    });
    const found = await difference(source, { ranks: 'slowest' });
    expect(found.of).toEqual({ profile: 'p1', node: 'n2', pid: 10, rank: 0, weight: 10 });
    expect(found.base).toEqual({ profile: 'p1', node: 'n1', pid: 11, rank: 1, weight: 10 });
  });

  test.each<[string, DifferenceParameters, string]>([
    ['nothing', {}, 'bad-parameter'],
    ['a profile that nobody knows', { base: 'p9' }, 'unknown-profile'],
    ['ranks and a base', { ranks: 'slowest', base: 'p1' }, 'bad-parameter'],
    ['the only process', { ranks: 'slowest' }, 'nothing-chosen'],
  ])('to %s is refused', async (_what, asked, code) => {
    const source = jobSource({ n1: recordedStacks([{ timeMs: 0, stack: 'main' }]) });
    await expect(difference(source, asked)).rejects.toMatchObject({ code });
  });

  test('of a profile with itself is nothing, and both sides keep their weight however they are cut', async () => {
    const by = constantFrom('function', 'module', 'class');
    await assert(
      asyncProperty(anySamples, anySamples, by, async (a, b, rolled) => {
        const source = jobSource({ n1: recordedStacks(a), n2: recordedStacks(b) });
        const same = await difference(source, { base: 'p1', by: rolled, most: 10 });
        expect(same.self).toEqual(same.baseSelf);
        const two = await difference(source, { node: 'n1', baseNode: 'n2', by: rolled, most: 10 });
        expect(two.self.length).toBeLessThanOrEqual(10);
        expect([sum(two.self), sum(two.baseSelf)]).toEqual([
          sum(a.map(({ weight }) => weight)),
          sum(b.map(({ weight }) => weight)),
        ]);
      }),
      { numRuns: 60 },
    );
  });
});
