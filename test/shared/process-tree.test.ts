import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { processTree, shortLines, withAncestors } from '../../shared/process-tree.ts';

function drawn(...pairs: readonly (readonly [pid: number, parentPid: number])[]): string[] {
  return processTree(pairs.map(([pid, parentPid]) => ({ pid, parentPid }))).map(
    ({ process, lines }) => `${lines}${process.pid}`,
  );
}

test('children stand below their parents, siblings in the order given', () => {
  expect(drawn([9, 2], [3, 1], [1, 0], [2, 1], [4, 3], [8, 2], [70, 5])).toEqual([
    '1',
    '├─ 3',
    '│  └─ 4',
    '└─ 2',
    '   ├─ 9',
    '   └─ 8',
    '70',
  ]);
});

test('circles and processes that are their own parents end', () => {
  expect(drawn([1, 2], [2, 1], [3, 3], [4, 2])).toEqual(['1', '└─ 2', '   └─ 4', '3']);
});

test('whatever a node says, every process stands there once', () => {
  const pid = fc.nat({ max: 12 });
  const process = fc.record({ pid, parentPid: pid });
  fc.assert(
    fc.property(fc.array(process, { maxLength: 30 }), (processes) => {
      const rows = processTree(processes);
      expect(new Set(rows.map((row) => row.process))).toEqual(new Set(processes));
      expect(rows).toHaveLength(processes.length);
    }),
  );
});

test('a chain of ancestors is kept with those that were chosen', () => {
  const all = [
    { pid: 1, parentPid: 0 },
    { pid: 2, parentPid: 1 },
    { pid: 3, parentPid: 2 },
    { pid: 4, parentPid: 1 },
  ] as const;
  expect(withAncestors([all[2]], all).map(({ pid }) => pid)).toEqual([1, 2, 3]);
});

test('the lines of a deep tree end with its last levels', () => {
  const [, , , , deepest] = drawn([1, 0], [2, 1], [3, 2], [4, 3], [5, 4]);
  const lines = deepest?.slice(0, -1) ?? '';
  expect(lines).toBe('         └─ ');
  expect([4, 3].map((levels) => shortLines(lines, levels))).toEqual([lines, '⋯       └─ ']);
});
