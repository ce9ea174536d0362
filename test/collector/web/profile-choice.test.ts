import { describe, expect, it } from 'vitest';
import { isChosen, readSpread } from '../../../collector/web/profile/spread-rows.ts';
import {
  cellAt,
  cellsOf,
  chooseCellStep,
  shapeCourse,
  spanOf,
} from '../../../collector/web/profile/time-cells.ts';
import { readDifference, readStacks, readView } from '../../../collector/web/state/profile-choice.ts';
import type { SpreadRow } from '../../../shared/api/profile-view.ts';

const search = (text: string): URLSearchParams => new URLSearchParams(text);

describe('the choice in the address', () => {
  it('is told to the API as numbers and known words', () => {
    expect(readStacks(search('from=1.5&to=20&node=n1&thread=7&by=class&fold=1&view=flame'))).toEqual({
      from: 1.5,
      to: 20,
      node: 'n1',
      thread: 7,
      by: 'class',
      fold: true,
    });
  });

  it('is the default where the address is not understood', () => {
    expect(readStacks(search('from=-1&to=soon&pid=1e9&rank=&by=letters&fold=yes'))).toEqual({});
    expect(readView(search('view=pie'))).toBe('both');
  });

  it('compares nothing until something was chosen to compare with', () => {
    expect(readDifference(search('from=1'))).toBeNull();
    expect(readDifference(search('from=1&base=p2'))).toEqual({ from: 1, base: 'p2' });
    expect(readDifference(search('from=15&baseFrom=0&baseTo=15'))).toEqual({
      from: 15,
      baseFrom: 0,
      baseTo: 15,
    });
  });

  it('lets the ranks choose both sides themselves', () => {
    expect(readDifference(search('ranks=slowest&thread=3&from=2'))).toEqual({ ranks: 'slowest', from: 2 });
  });
});

describe('the course of a profile', () => {
  const course = { from: 0, step: 0.25, weights: [1, 2, 3, 4, 5, 6] };
  const shape = shapeCourse(course);

  it('has columns of seconds and rows of steps', () => {
    expect(shape).toEqual({ columns: 2, rows: 4, most: 6, sums: [10, 11], mostSum: 11 });
  });

  it('ends with the last sample', () => {
    expect(shapeCourse({ ...course, weights: [1, 2, 3, 4, 0] })).toMatchObject({ columns: 1, sums: [10] });
  });

  it('finds the step under a point, the first of a second at the bottom', () => {
    expect([
      cellAt(shape, 0, 1),
      cellAt(shape, 0.2, 0),
      cellAt(shape, 0.9, 0.9),
      cellAt(shape, 2, 9),
    ]).toEqual([0, 3, 4, 4]);
  });

  it('makes the same window of two steps in either order, and finds its steps again', () => {
    expect(spanOf(course, 1, 4)).toEqual({ from: 0.25, to: 1.25 });
    expect(spanOf(course, 4, 1)).toEqual({ from: 0.25, to: 1.25 });
    expect(cellsOf(course, { from: 0.25, to: 1.25 })).toEqual([1, 4]);
    expect(cellsOf(course, { from: 0, to: 99 })).toEqual([0, 5]);
  });

  it('has cells in which there mostly is a sample', () => {
    expect([chooseCellStep(99), chooseCellStep(49), chooseCellStep(19)]).toEqual([0.02, 0.05, 0.1]);
  });
});

describe('the spread', () => {
  const row = (node: string, rank: number | null, weight: number): SpreadRow => ({
    node,
    rank,
    weight,
    pid: 100 + (rank ?? 0),
    thread: null,
    name: 'x',
    wanted: weight / 4,
    ownShare: 0.5,
  });

  it('is in the order of nodes and ranks, else the heaviest first', () => {
    const ranked = readSpread([row('n10', 0, 1), row('n2', 1, 4), row('n2', 0, 2)], over('process', true));
    expect(ranked.bars.map((bar) => bar.key)).toEqual(['n2 100 null', 'n2 101 null', 'n10 100 null']);
    const others = readSpread([row('n1', null, 1), row('n2', null, 4)], over('node', true));
    expect(others.bars.map(({ length, choice }) => [length, choice])).toEqual([
      [1, { node: 'n2' }],
      [0.25, { node: 'n1' }],
    ]);
  });

  it('shows what is looked for, else what is outside of MPI', () => {
    const [own] = readSpread([row('n1', 0, 4)], over('process', false)).bars;
    const [part] = readSpread([row('n1', 0, 4)], { ...over('process', false), wanted: true }).bars;
    expect([own?.part, part?.part]).toEqual([0.5, 0.25]);
  });

  it('knows the bar that is chosen', () => {
    expect(isChosen({ node: 'n1', pid: 3 }, { node: 'n1', pid: 3 })).toBe(true);
    expect(isChosen({ node: 'n1', pid: 3 }, { node: 'n2', pid: 3 })).toBe(false);
    expect(isChosen({ node: 'n1', pid: 3 }, {})).toBe(false);
    expect(isChosen({ node: 'n1' }, { node: 'n1' })).toBe(true);
    expect(isChosen({ thread: 3 }, { thread: 3 })).toBe(true);
  });
});

function over(by: 'process' | 'node', withNode: boolean) {
  return { over: by, withNode, wanted: false };
}
