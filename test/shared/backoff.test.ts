import { describe, expect, test } from 'vitest';
import { Backoff } from '../../shared/backoff.ts';

function ceilings(count: number): readonly number[] {
  const backoff = new Backoff({ firstMs: 500, capMs: 8000, random: () => 1 });
  return Array.from({ length: count }, () => backoff.next());
}

describe('back-off', () => {
  test('doubles its ceiling up to the cap', () => {
    expect(ceilings(6)).toEqual([1000, 2000, 4000, 8000, 8000, 8000]);
  });

  test('spreads already the first attempt, as many fail together', () => {
    const at = (random: number) => new Backoff({ firstMs: 500, capMs: 8000, random: () => random }).next();
    expect([at(0), at(0.5), at(1)]).toEqual([500, 750, 1000]);
  });

  test('begins anew after a success', () => {
    const backoff = new Backoff({ firstMs: 500, capMs: 8000, random: () => 1 });
    backoff.next();
    backoff.next();
    backoff.reset();
    expect(backoff.next()).toBe(1000);
  });
});
