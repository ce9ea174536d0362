import { expect, it } from 'vitest';
import { chooseHues } from '../../../collector/web/flame/flame-color.ts';
import { differenceColor } from '../../../collector/web/profile/difference-colors.ts';

it('keeps the hues of the two heaviest modules apart, whatever they are called', () => {
  for (let number = 0; number < 60; number += 1) {
    const groups = [`a${number}`, `b${number}`, '[kernel.kallsyms]'].map((name, at) => ({
      name,
      weight: 3 - at,
    }));
    const hues = [...chooseHues(groups).values()];
    expect(hues).toHaveLength(2);
    const between = Math.abs((hues[0] ?? 0) - (hues[1] ?? 0));
    expect(Math.min(between, 360 - between)).toBeGreaterThanOrEqual(40);
  }
});

it('shows a change that may be chance in the colour of none', () => {
  const none = differenceColor({ difference: 0, low: 0, high: 0, isSure: false }, 'dark');
  const change = { difference: 0.05, low: -0.01, high: 0.11 };
  expect(differenceColor({ ...change, isSure: false }, 'dark')).toBe(none);
  expect(differenceColor({ ...change, isSure: true }, 'dark')).not.toBe(none);
});
