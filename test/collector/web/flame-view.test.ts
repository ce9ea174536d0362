import { describe, expect, it } from 'vitest';
import { matchedFrames, matchedShare, toMatcher } from '../../../collector/web/flame/flame-search.ts';
import { branchWord, findBranch, ground, orderTree } from '../../../collector/web/flame/flame-tree.ts';
import { type FlameView, hitBox, moveFocus, viewFlame } from '../../../collector/web/flame/flame-view.ts';
import { restFrame } from '../../../shared/stacks/stacks.ts';
import { StacksBuilder } from '../../../shared/stacks/stacks-builder.ts';

/** Stacks as 'a;b;c' with their weights. */
function treeOf(stacks: Readonly<Record<string, number>>) {
  const builder = new StacksBuilder();
  for (const [stack, weight] of Object.entries(stacks)) {
    let place = -1;
    for (const word of stack.split(';')) {
      const [name = '', module = 'app'] = word.split('@');
      place = builder.branch(
        place,
        builder.frame(name === '[rest]' ? restFrame : { function: name, module }),
      );
    }
    builder.add(place, weight);
  }
  return orderTree(builder.build());
}

//  all
//  [rest] (0.1)  a (0.5)            b (0.4)
//                a1 (0.2) a2 (0.3)  -
const tree = treeOf({ '[rest]': 1, 'a;a1': 2, 'a;a2@libm.so': 3, b: 4 });
const all = { base: ground, zoomed: ground, minWidth: 0 };
const nameAt = (view: FlameView, box: number): string | undefined =>
  box < 0 ? undefined : (tree.frames[tree.frameIds[view.branch[box] ?? ground] ?? ground]?.function ?? 'all');
const names = (view: FlameView) => Array.from({ length: view.count }, (_, box) => nameAt(view, box));
const branchOf = (name: string): number =>
  tree.frameIds.findIndex((id) => tree.frames[id]?.function === name);

describe('flame view', () => {
  it('lays the heaviest first, what was cut off last, row after row', () => {
    const view = viewFlame(tree, all);
    expect(names(view)).toEqual(['all', 'a', 'b', '[rest]', 'a2', 'a1']);
    expect(view.rowStart).toEqual([0, 1, 4, 6]);
  });

  it('finds the box under a point, and none beside the boxes', () => {
    const view = viewFlame(tree, all);
    const at = (x: number, row: number) => nameAt(view, hitBox(view, x, row));
    expect([at(0.1, 0), at(0.49, 1), at(0.51, 1), at(0.95, 1), at(0.25, 2)]).toEqual([
      'all',
      'a',
      'b',
      '[rest]',
      'a2',
    ]);
    expect([at(0.8, 2), at(0.5, 3), at(1.2, 0), at(0.5, -1)]).toEqual(Array(4).fill(undefined));
  });

  it('lays what is below a zoomed branch under it across the whole width', () => {
    const view = viewFlame(tree, { ...all, zoomed: branchOf('a') });
    expect(names(view)).toEqual(['all', 'a', 'a2', 'a1']);
    expect(view.ancestors).toBe(1);
    expect(nameAt(view, hitBox(view, 0.99, 1))).toBe('a');
    expect(nameAt(view, hitBox(view, 0.5, 2))).toBe('a2');
  });

  it('begins at the branch that it stands on', () => {
    const a = branchOf('a');
    expect(names(viewFlame(tree, { ...all, base: a }))).toEqual(['a', 'a2', 'a1']);
    expect(names(viewFlame(tree, { ...all, base: a, zoomed: branchOf('a1') }))).toEqual(['a', 'a1']);
  });

  it('leaves out what is too narrow, with all that lies on it', () => {
    expect(names(viewFlame(tree, { ...all, minWidth: 0.35 }))).toEqual(['all', 'a', 'b']);
  });

  it('is walked with the arrow keys and stays at its edges', () => {
    const view = viewFlame(tree, all);
    const walk = (from: number, ...moves: Parameters<typeof moveFocus>[2][]) =>
      nameAt(
        view,
        moves.reduce((box, move) => moveFocus(view, box, move), from),
      );
    expect(walk(-1, 'callee')).toBe('all');
    expect(walk(0, 'callee')).toBe('a');
    expect(walk(0, 'callee', 'callee')).toBe('a2');
    expect(walk(0, 'callee', 'callee', 'right', 'right')).toBe('a1');
    expect(walk(0, 'callee', 'right', 'callee')).toBe('b');
    expect(walk(0, 'callee', 'caller', 'caller')).toBe('all');
  });
});

describe('the word of a branch', () => {
  it('leads back to it, also in a tree that was made of other samples', () => {
    const other = treeOf({ b: 9, 'a;x': 5, 'a;a2@libm.so': 1 });
    const word = branchWord(tree, branchOf('a2'));
    expect(findBranch(tree, word)).toBe(branchOf('a2'));
    const found = findBranch(other, word);
    expect(other.frames[other.frameIds[found] ?? -1]).toEqual({ function: 'a2', module: 'libm.so' });
  });

  it('leads to the ground where there is no such branch', () => {
    expect(findBranch(tree, 'x.y')).toBe(ground);
    expect(findBranch(treeOf({ c: 1 }), branchWord(tree, branchOf('a2')))).toBe(ground);
  });
});

describe('flame search', () => {
  it('looks at function and module whatever the case', () => {
    const matches = toMatcher(' LIBM ');
    expect(matches?.({ function: 'a2', module: 'libm.so' })).toBe(true);
    expect(matches?.({ function: 'a1', module: 'app' })).toBe(false);
    expect(toMatcher('  ')).toBeNull();
  });

  it('counts a stack with several matches once', () => {
    const matched = matchedFrames(tree, toMatcher('a'));
    expect(matched === null ? null : matchedShare(tree, matched)).toBeCloseTo(0.9);
  });
});
