import { describe, expect, it } from 'vitest';
import { readSpread } from '../../../collector/web/profile/spread-rows.ts';
import type { SpreadRow } from '../../../shared/api/profile-view.ts';

const row = (rank: number | null, ownShare: number, weight = 100): SpreadRow => ({
  node: 'n1',
  pid: 100 + (rank ?? 0),
  thread: null,
  name: 'solver',
  rank,
  weight,
  wanted: 0,
  ownShare,
});
const byProcess = { over: 'process', withNode: true, wanted: false } as const;
const ranks = (rows: readonly SpreadRow[], order: 'usual' | 'difference') =>
  readSpread(rows, { ...byProcess, order }).bars.map((bar) => bar.row.rank);

describe('the rows of a spread', () => {
  const rows = [row(3, 0.8), row(1, 0.81), row(0, 0.79), row(2, 0.2), row(4, 0.8), row(5, 0.99)];

  it('stand in the order of ranks, or those that differ most first', () => {
    expect(ranks(rows, 'usual')).toEqual([0, 1, 2, 3, 4, 5]);
    expect(ranks(rows, 'difference').slice(0, 2)).toEqual([2, 5]);
  });

  it('are marked when they are far from the others', () => {
    const marks = readSpread(rows, byProcess).bars.map(({ differs }) => differs);
    expect(marks).toEqual([null, null, 'below', null, null, 'above']);
  });

  it('are not marked for a few points, nor where all vary', () => {
    const close = [0.5, 0.5, 0.5, 0.54].map((share, rank) => row(rank, share));
    const wide = [0.1, 0.3, 0.5, 0.7, 0.9].map((share, rank) => row(rank, share));
    for (const rows of [close, wide, []]) {
      expect(readSpread(rows, byProcess).bars.every(({ differs }) => differs === null)).toBe(true);
    }
  });

  it('without ranks are sorted by weight', () => {
    const rows = [row(null, 0.5, 10), row(null, 0.5, 30), row(null, 0.5, 20)];
    expect(readSpread(rows, byProcess).bars.map((bar) => bar.row.weight)).toEqual([30, 20, 10]);
  });
});
