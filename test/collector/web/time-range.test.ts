import { assert, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  brushedRange,
  longestRange,
  parseMomentParameter,
  parseTimeRange,
  rangePresets,
  shiftRange,
  type TimeRange,
  windowOf,
  writeTimeRange,
} from '../../../collector/web/state/time-range.ts';

const now = 1_700_000_000;

function toParameters(range: TimeRange): URLSearchParams {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(writeTimeRange(range))) {
    if (value !== null) parameters.set(name, value);
  }
  return parameters;
}

describe('time range in the address', () => {
  it('comes back as it was written', () => {
    for (const { seconds } of rangePresets) {
      expect(parseTimeRange(toParameters({ kind: 'last', seconds }))).toEqual({ kind: 'last', seconds });
    }
    const whole = integer({ min: 0, max: 2_000_000_000 });
    assert(
      property(whole, integer({ min: 1, max: longestRange }), (from, length) => {
        const range: TimeRange = { kind: 'fixed', from, to: from + length };
        expect(parseTimeRange(toParameters(range))).toEqual(range);
      }),
    );
  });

  it('falls back to the last ten minutes when it is reversed, too long or no number', () => {
    const fallback = { kind: 'last', seconds: 600 };
    for (const text of [
      'from=20&to=10',
      `from=0&to=${longestRange + 1}`,
      'from=x&to=10',
      'range=7y',
      'from=-5&to=9',
    ]) {
      expect(parseTimeRange(new URLSearchParams(text))).toEqual(fallback);
    }
  });

  it('takes a moment only as plain seconds', () => {
    expect(parseMomentParameter(new URLSearchParams('at=1700000000.25'))).toBe(1_700_000_000.25);
    expect(parseMomentParameter(new URLSearchParams('at=1e9'))).toBeUndefined();
    expect(parseMomentParameter(new URLSearchParams(''))).toBeUndefined();
  });
});

describe('moving through time', () => {
  it('goes back by half a window and forth again to the present', () => {
    const earlier = shiftRange({ kind: 'last', seconds: 600 }, -1, now);
    expect(earlier).toEqual({ kind: 'fixed', from: now - 900, to: now - 300 });
    expect(shiftRange(earlier, 1, now)).toEqual({ kind: 'last', seconds: 600 });
  });

  it('never looks past the present', () => {
    const range = shiftRange({ kind: 'fixed', from: now - 100, to: now - 10 }, 1, now);
    expect(windowOf(range, now)).toEqual({ from: now - 90, to: now });
  });

  it('widens a brush that is too narrow to see anything, around its middle', () => {
    expect(brushedRange(100, 102)).toEqual({ kind: 'fixed', from: 96, to: 106 });
    expect(brushedRange(100, 200)).toEqual({ kind: 'fixed', from: 100, to: 200 });
  });
});
