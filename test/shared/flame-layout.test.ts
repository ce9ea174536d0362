import { describe, expect, it } from 'vitest';
import type { StackNode } from '../../shared/api/profile.ts';
import { layoutFlame } from '../../shared/flame-layout.ts';

function node(name: string, self: number, children: readonly StackNode[] = []): StackNode {
  const total = self + children.reduce((sum, child) => sum + child.total, 0);
  return { function: name, module: 'm', self, total, children };
}

describe('layoutFlame', () => {
  it('puts children side by side on their parent', () => {
    const root = node('all', 0, [node('a', 0.25, [node('a1', 0.5)]), node('b', 0.25)]);
    const boxes = layoutFlame(root, { minWidth: 0 });
    expect(
      boxes.map(({ node, x, width, depth, parent }) => [node.function, x, width, depth, parent]),
    ).toEqual([
      ['all', 0, 1, 0, -1],
      ['a', 0, 0.75, 1, 0],
      ['b', 0.75, 0.25, 1, 0],
      ['a1', 0, 0.5, 2, 1],
    ]);
  });

  it('gives a node that is looked at alone the whole width', () => {
    const [below, above] = layoutFlame(node('a', 0.1, [node('a1', 0.1)]), { minWidth: 0 });
    expect(below).toMatchObject({ x: 0, width: 1 });
    expect(above).toMatchObject({ x: 0, width: 0.5 });
  });

  it('leaves out boxes that are too narrow, and keeps the place of those after them', () => {
    const root = node('all', 0, [node('thin', 0.01, []), node('wide', 0.99)]);
    const boxes = layoutFlame(root, { minWidth: 0.05 });
    expect(boxes.map((box) => box.node.function)).toEqual(['all', 'wide']);
    expect(boxes[1]?.x).toBeCloseTo(0.01);
  });

  it('draws nothing for a tree without samples', () => {
    expect(layoutFlame(node('all', 0), { minWidth: 0 })).toEqual([]);
  });

  it('takes stacks deeper than a recursion could', () => {
    let deep = node('leaf', 1);
    for (let depth = 0; depth < 50_000; depth += 1) deep = { ...deep, children: [deep], self: 0 };
    expect(layoutFlame(deep, { minWidth: 0 })).toHaveLength(50_001);
  });
});
