import { describe, expect, test } from 'vitest';
import { wholeShares } from '../../../../agent/profiler/recording/whole-stacks.ts';
import { StackTreeBuilder } from '../../../../agent/profiler/samples/stack-tree-builder.ts';
import type { StackTree } from '../../../../shared/model/profile.ts';

/** Stacks as `leaf caller … root`, each with its weight; `k:` is the kernel's, `c:` the C library's. */
function tree(stacks: Record<string, number>): StackTree {
  const builder = new StackTreeBuilder();
  const modules = new Map([
    ['k', '[kernel]'],
    ['c', 'libc.so.6'],
  ]);
  for (const [stack, weight] of Object.entries(stacks)) {
    const frames = stack.split(' ').map((frame) => {
      const [name = '', letter = ''] = frame.split(':').reverse();
      return builder.frame({ function: name, module: modules.get(letter) ?? 'app' });
    });
    builder.add(frames, weight);
  }
  return builder.build();
}

const right = tree({
  'hot work main _start': 90,
  'k:timer hot work main _start': 5,
  'cold work main _start': 5,
});

describe('the share of stacks that are whole', () => {
  test('is 1 for both where frame pointers are there, though the C library has none', () => {
    const plain = tree({ 'hot work main c:__libc_start_call_main': 50, 'k:timer cold work main': 50 });
    expect(wholeShares(plain, right)).toEqual({ framePointers: 1, dwarf: 1 });
  });

  test('is 0 for frame pointers that lead nowhere', () => {
    expect(wholeShares(tree({ hot: 90, 'cold [unknown]': 10 }), right)).toEqual({
      framePointers: 0,
      dwarf: 1,
    });
  });

  test('tells a caller that is missing: the leaf has no frame of its own', () => {
    const plain = tree({ 'hot main _start': 30, 'hot work main _start': 70 });
    expect(wholeShares(plain, right).framePointers).toBe(0.7);
  });

  test('a caller that copies did not see by chance is none that is missing', () => {
    expect(wholeShares(tree({ 'hot other main _start': 1 }), right).framePointers).toBe(1);
  });

  test('a copy that was too short for the stack is not whole', () => {
    expect(wholeShares(right, tree({ 'hot deep deep': 1, 'hot work main _start': 3 })).dwarf).toBe(0.75);
  });

  test('the kernel alone says nothing', () => {
    expect(wholeShares(tree({ 'k:idle': 9 }), tree({ 'k:idle': 9 }))).toEqual({ framePointers: 0, dwarf: 0 });
  });
});
