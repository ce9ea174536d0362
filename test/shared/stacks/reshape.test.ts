import { assert, integer, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldRecursion } from '../../../shared/stacks/fold-recursion.ts';
import { cutStacks, focusStacks, rollUp } from '../../../shared/stacks/reshape.ts';
import { mergeTrees, StacksBuilder } from '../../../shared/stacks/stacks-builder.ts';
import { anyPlainStacks, frameOf, renamed, sum, toPlain, toStacks } from './plain-stacks.ts';

describe('stacks', () => {
  test('have every weight that was added, with totals that carry down', () => {
    assert(
      property(anyPlainStacks, (plain) => {
        const stacks = toStacks(plain);
        expect(toPlain(stacks)).toEqual(plain);
        expect(stacks.weight).toBe(sum(plain.values()));
        for (const [branch, parent] of stacks.parents.entries()) expect(parent).toBeLessThan(branch);
      }),
    );
  });

  test('of many profiles are one tree with the weights of all', () => {
    assert(
      property(anyPlainStacks, anyPlainStacks, (one, other) => {
        const both = new Map(one);
        for (const [stack, weight] of other) both.set(stack, (both.get(stack) ?? 0) + weight);
        expect(toPlain(mergeTrees([toStacks(one), toStacks(other)]))).toEqual(both);
      }),
    );
  });

  test('for which there is no room count as the rest, and nothing is lost', () => {
    assert(
      property(anyPlainStacks, integer({ min: 2, max: 20 }), (plain, branches) => {
        const builder = new StacksBuilder({ branches, frames: 3 });
        builder.addTree(toStacks(plain));
        const stacks = builder.build();
        expect(stacks.parents.length).toBeLessThanOrEqual(branches);
        expect(stacks.weight).toBe(sum(plain.values()));
      }),
    );
  });

  test('that name a missing function or a parent after them are read as unknown, on the ground', () => {
    const sent = { frames: [frameOf('a')], parents: [-1, 5, 0], frameIds: [0, 0, 9], self: [1, 2, 4] };
    expect(toPlain(mergeTrees([sent]))).toEqual(
      new Map([
        ['a', 3],
        ['a;[unknown]@', 4],
      ]),
    );
  });
});

describe('another shape', () => {
  test('a stack as deep as a tree is large folds like any other', () => {
    const depth = 150_000;
    const builder = new StacksBuilder();
    let branch = -1;
    for (let level = 0; level < depth; level += 1)
      branch = builder.branch(branch, builder.frame(frameOf(`f${level}`)));
    branch = builder.branch(branch, builder.frame(frameOf('f1')));
    builder.add(branch, 7);
    const folded = foldRecursion(builder.build());
    expect(toPlain(folded)).toEqual(new Map([['f0;f1', 7]]));
  });

  test('recursion folds to the call where the function stands already', () => {
    const folded = (frames: string[]): string[] => {
      const path: string[] = [];
      for (const frame of frames) {
        const at = path.indexOf(frame);
        if (at >= 0) path.length = at;
        path.push(frame);
      }
      return path;
    };
    assert(
      property(anyPlainStacks, (plain) => {
        expect(toPlain(foldRecursion(toStacks(plain)))).toEqual(renamed(plain, folded));
      }),
    );
  });

  test('rolled up to modules, neighbours of one module are one branch', () => {
    const moduleOf = (frame: string): string => frame.split('@')[1] ?? 'app';
    const neighbours = (frames: string[]): string[] =>
      frames.map(moduleOf).filter((module, place, all) => module !== all[place - 1]);
    assert(
      property(anyPlainStacks, (plain) => {
        const rolled = rollUp(toStacks(plain), ({ module }) => ({ function: module, module: 'app' }));
        expect(toPlain(rolled)).toEqual(renamed(plain, neighbours));
      }),
    );
  });

  test('a focus keeps the stacks with a function, or those without it', () => {
    assert(
      property(anyPlainStacks, (plain) => {
        const matches = (frame: { readonly function: string }): boolean => frame.function === 'b';
        const stacks = toStacks(plain);
        const having = renamed(plain, (frames) => (frames.includes('b') ? frames : null));
        const lacking = renamed(plain, (frames) => (frames.includes('b') ? null : frames));
        expect(toPlain(focusStacks(stacks, { matches, keep: 'with' }))).toEqual(having);
        expect(toPlain(focusStacks(stacks, { matches, keep: 'without' }))).toEqual(lacking);
      }),
    );
  });

  test('cut to a number of branches, every total that is left is as it was', () => {
    assert(
      property(anyPlainStacks, integer({ min: 2, max: 40 }), (plain, most) => {
        const stacks = toStacks(plain);
        const cut = cutStacks(stacks, most);
        expect(cut.parents.length).toBeLessThanOrEqual(most);
        expect(cut.weight).toBe(stacks.weight);
        const totals = toTotals(stacks);
        for (const [path, total] of toTotals(cut)) {
          if (!path.includes('[rest]')) expect(total).toBe(totals.get(path));
        }
      }),
    );
  });
});

function toTotals(stacks: ReturnType<typeof toStacks>): Map<string, number> {
  return new Map(toPlain({ ...stacks, self: stacks.total }));
}
