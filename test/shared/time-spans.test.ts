import { array as arrayOf, assert, integer, property, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addSpan, cutSpans, type Spans } from '../../shared/time-spans.ts';

/** True when the moment lies in one of them. */
function isWithin(spans: Spans, moment: number): boolean {
  return spans.some(
    (fromMs, place) => place % 2 === 0 && moment >= fromMs && moment <= (spans[place + 1] ?? 0),
  );
}

describe('stretches of time', () => {
  it('become one where they touch, and stay apart where they do not', () => {
    const spans: number[] = [];
    for (const [fromMs, toMs] of [
      [10, 20],
      [40, 50],
      [21, 30],
      [15, 25],
    ] as const)
      addSpan(spans, { fromMs, toMs });
    expect(spans).toEqual([10, 30, 40, 50]);
    addSpan(spans, { fromMs: 33, toMs: 35 }, 5);
    expect(spans).toEqual([10, 50]);
  });

  it('tell and cut exactly the moments that were added, in whatever order they came', () => {
    const stretch = tuple(integer({ min: 0, max: 60 }), integer({ min: 0, max: 12 }));
    const cut = tuple(integer({ min: 0, max: 60 }), integer({ min: 0, max: 60 }));
    assert(
      property(arrayOf(stretch, { maxLength: 12 }), cut, (stretches, [from, to]) => {
        const spans: number[] = [];
        for (const [fromMs, length] of stretches) addSpan(spans, { fromMs, toMs: fromMs + length });
        const within = cutSpans(spans, from, to);
        for (let moment = 0; moment <= 80; moment += 1) {
          const isIn = stretches.some(([begin, length]) => moment >= begin && moment <= begin + length);
          expect(isWithin(spans, moment)).toBe(isIn);
          expect(isWithin(within, moment)).toBe(isIn && moment >= from && moment <= to);
        }
      }),
    );
  });
});
