import { describe, expect, it } from 'vitest';
import { nextSort, parseSort, sortRows, writeSort } from '../../../collector/web/state/sort.ts';

const keys = ['name', 'cpu'] as const;
const fallback = { key: 'name', descending: false } as const;

describe('sort order', () => {
  it('comes back from the address as it was written', () => {
    for (const key of keys) {
      for (const descending of [true, false]) {
        expect(parseSort(writeSort({ key, descending }), keys, fallback)).toEqual({ key, descending });
      }
    }
    expect(parseSort('-nonsense', keys, fallback)).toEqual(fallback);
  });

  it('begins with the largest figure and with the first name, and turns round on the second click', () => {
    expect(nextSort(fallback, 'cpu', true)).toEqual({ key: 'cpu', descending: true });
    expect(nextSort({ key: 'cpu', descending: true }, 'name', false)).toEqual(fallback);
    expect(nextSort(fallback, 'name', false)).toEqual({ key: 'name', descending: true });
  });

  it('puts what is not known last in both directions', () => {
    const rows = [null, 2, null, 10, 1];
    const value = (row: number | null): number | null => row;
    expect(sortRows(rows, value, false)).toEqual([1, 2, 10, null, null]);
    expect(sortRows(rows, value, true)).toEqual([10, 2, 1, null, null]);
  });

  it('orders names with numbers as people count', () => {
    expect(sortRows(['n10', 'n9', 'n1'], (name) => name, false)).toEqual(['n1', 'n9', 'n10']);
  });
});
