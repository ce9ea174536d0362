import { describe, expect, it } from 'vitest';
import { matchedShare, toMatcher } from '../../../collector/web/flame/flame-search.ts';
import { hitBox, moveFocus, pathTo, viewFlame } from '../../../collector/web/flame/flame-view.ts';
import type { StackNode } from '../../../shared/api/profile.ts';

function node(name: string, self: number, children: readonly StackNode[] = [], module = 'app'): StackNode {
  const total = self + children.reduce((sum, child) => sum + child.total, 0);
  return { function: name, module, self, total, children };
}

//  all
//  a (0.6)            b (0.4)
//  a1 (0.2) a2 (0.4)  -
const a1 = node('a1', 0.2);
const a2 = node('a2', 0.4, [], 'libm.so');
const a = node('a', 0, [a1, a2]);
const root = node('all', 0, [a, node('b', 0.4)]);

const names = (view: ReturnType<typeof viewFlame>): string[] => view.boxes.map((box) => box.node.function);
const at = (view: ReturnType<typeof viewFlame>, x: number, row: number): string | undefined =>
  view.boxes[hitBox(view, x, row)]?.node.function;

describe('flame view', () => {
  it('finds the box under a point, and none beside the boxes', () => {
    const view = viewFlame([root], 0);
    expect([at(view, 0.1, 0), at(view, 0.59, 1), at(view, 0.61, 1), at(view, 0.25, 2)]).toEqual([
      'all',
      'a',
      'b',
      'a2',
    ]);
    expect([at(view, 0.8, 2), at(view, 0.5, 3), at(view, 1.2, 0)]).toEqual([undefined, undefined, undefined]);
  });

  it('lays the ancestors of a zoomed box under it across the whole width', () => {
    const view = viewFlame([root, a], 0);
    expect(names(view)).toEqual(['all', 'a', 'a1', 'a2']);
    expect(view.ancestors).toBe(1);
    expect(at(view, 0.99, 1)).toBe('a');
    expect(at(view, 0.5, 2)).toBe('a2');
  });

  it('names the path that zooms to a box, also from a view that is zoomed already', () => {
    for (const path of [[root], [root, a]]) {
      const view = viewFlame(path, 0);
      const index = view.boxes.findIndex((box) => box.node === a2);
      expect(pathTo(view, index)).toEqual([root, a, a2]);
    }
  });

  it('is walked with the arrow keys and stays at its edges', () => {
    const view = viewFlame([root], 0);
    const walk = (from: number, ...moves: Parameters<typeof moveFocus>[2][]): string | undefined =>
      view.boxes[moves.reduce((index, move) => moveFocus(view, index, move), from)]?.node.function;
    expect(walk(-1, 'callee')).toBe('all');
    expect(walk(0, 'callee')).toBe('a');
    expect(walk(0, 'callee', 'callee')).toBe('a2');
    expect(walk(0, 'callee', 'callee', 'left', 'left')).toBe('a1');
    expect(walk(0, 'callee', 'right', 'callee')).toBe('b');
    expect(walk(0, 'callee', 'caller', 'caller')).toBe('all');
  });
});

describe('flame search', () => {
  it('looks at function and module whatever the case', () => {
    const matches = toMatcher(' LIBM ');
    expect(matches?.(a2)).toBe(true);
    expect(matches?.(a1)).toBe(false);
    expect(toMatcher('  ')).toBeNull();
  });

  it('counts a stack with several matches once', () => {
    const matches = toMatcher('a');
    expect(matches === null ? null : matchedShare(node('x', 0.4, [a], 'libx'), matches)).toBeCloseTo(0.6);
  });
});
