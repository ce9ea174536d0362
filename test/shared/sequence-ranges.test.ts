import { describe, expect, it } from 'vitest';
import { maxRanges, SequenceRanges } from '../../shared/sequence-ranges.ts';

describe('sequence ranges', () => {
  it('know each number that was there, in whatever order they come', () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const ranges = new SequenceRanges();
      const there = new Set<number>();
      let state = seed * 7919;
      const next = (bound: number): number => {
        state = (state * 48_271) % 2_147_483_647;
        return state % bound;
      };
      for (let step = 0; step < 200; step += 1) {
        const from = 1 + next(60);
        const to = from + next(4);
        if (!ranges.add({ from, to })) continue;
        for (let sequence = from; sequence <= to; sequence += 1) there.add(sequence);
        expect([...Array(70).keys()].filter((number) => number > 0 && ranges.has(number))).toEqual(
          [...there].toSorted((a, b) => a - b),
        );
        const missing = ranges.missing({ from: 5, to: 50 });
        expect(missing.reduce((sum, range) => sum + range.to - range.from + 1, 0)).toBe(
          46 - [...there].filter((number) => number >= 5 && number <= 50).length,
        );
        let above = ranges.sequence;
        for (const range of ranges.beyond) {
          expect(range.from).toBeGreaterThan(above + 1);
          above = range.to;
        }
        expect(ranges.highest).toBe(Math.max(...there));
      }
    }
  });

  it('refuse one range too many and stay as they were', () => {
    const ranges = new SequenceRanges();
    for (let range = 1; range <= maxRanges; range += 1) {
      expect(ranges.add({ from: range * 10, to: range * 10 })).toBe(true);
    }
    expect(ranges.add({ from: 5_000, to: 5_000 })).toBe(false);
    expect(ranges.has(5_000)).toBe(false);
    expect(ranges.beyond).toHaveLength(maxRanges);
    expect(ranges.add({ from: 1, to: 25 })).toBe(true);
    expect(ranges.sequence).toBe(25);
    expect(ranges.beyond).toHaveLength(maxRanges - 2);
  });
});
