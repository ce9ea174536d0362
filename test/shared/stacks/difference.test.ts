import { assert, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { functionDifferences, subtractStacks } from '../../../shared/stacks/difference.ts';
import { differenceOfShares, shareInterval } from '../../../shared/stacks/proportions.ts';
import { anyPlainStacks, toPlain, toStacks } from './plain-stacks.ts';

describe('the difference of two shares', () => {
  // The examples (a), (b), (c) of Newcombe's paper, method 10.
  test.each([
    [56, 70, 48, 80, 0.0524, 0.3339],
    [9, 10, 3, 10, 0.1705, 0.809],
    [6, 7, 2, 7, 0.0582, 0.8062],
  ])('%d of %d against %d of %d lies between %f', (hits, of, hitsBefore, ofBefore, low, high) => {
    const { isSure, ...found } = differenceOfShares({ hits, of }, { hits: hitsBefore, of: ofBefore });
    expect(found.low).toBeCloseTo(low, 4);
    expect(found.high).toBeCloseTo(high, 4);
    expect(isSure).toBe(true);
  });

  test('is not sure where samples are few or missing', () => {
    expect(differenceOfShares({ hits: 2, of: 3 }, { hits: 1, of: 3 }).isSure).toBe(false);
    expect(differenceOfShares({ hits: 0, of: 0 }, { hits: 1, of: 1 })).toMatchObject({
      difference: 0,
      isSure: false,
    });
    expect(shareInterval({ hits: 0, of: 0 })).toEqual({ low: 0, high: 1 });
  });
});

describe('the difference of two profiles', () => {
  test('has the branches of both, with the weights of each', () => {
    assert(
      property(anyPlainStacks, anyPlainStacks, (now, before) => {
        const { stacks, base } = subtractStacks(toStacks(now), toStacks(before));
        expect(toPlain(stacks)).toEqual(now);
        expect(toPlain({ ...stacks, self: base.self })).toEqual(before);
      }),
    );
  });

  test('compares shares, so a profile of twice the length is no difference', () => {
    const now = toStacks([
      ['main;solve', 600],
      ['main;read', 400],
    ]);
    const before = toStacks([
      ['main;solve', 1200],
      ['main;read', 800],
    ]);
    const options = { most: 10, by: 'self', sampleWeight: 1 } as const;
    for (const row of functionDifferences(subtractStacks(now, before), options)) {
      expect(row).toMatchObject({ difference: 0, isSure: false });
    }
  });

  test('lists first what has surely changed, also what is new or gone', () => {
    const now = toStacks([
      ['main;solve', 500],
      ['main;wait', 500],
      ['main;once', 2],
    ]);
    const before = toStacks([
      ['main;solve', 950],
      ['main;sort', 50],
    ]);
    const rows = functionDifferences(subtractStacks(now, before), { most: 4, by: 'self', sampleWeight: 1 });
    expect(rows.map(({ frame, isSure }) => [frame.function, isSure])).toEqual([
      ['wait', true],
      ['solve', true],
      ['sort', true],
      ['once', false],
    ]);
    expect(rows[0]).toMatchObject({ baseSelf: 0, self: 500 / 1002, total: 500 / 1002 });
  });
});
