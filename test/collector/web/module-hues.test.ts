import { expect, it } from 'vitest';
import { moduleHues } from '../../../collector/web/flame/flame-color.ts';
import type { StackNode } from '../../../shared/api/profile.ts';

const box = (module: string, total: number): StackNode => ({
  function: 'f',
  module,
  self: total,
  total,
  children: [],
});

it('keeps the hues of the two heaviest modules apart, whatever they are called', () => {
  for (let number = 0; number < 60; number += 1) {
    const children = [box(`a${number}`, 0.5), box(`b${number}`, 0.4), box('[kernel.kallsyms]', 0.1)];
    const hues = [...moduleHues({ ...box('', 1), children }).values()];
    expect(hues).toHaveLength(2);
    const between = Math.abs((hues[0] ?? 0) - (hues[1] ?? 0));
    expect(Math.min(between, 360 - between)).toBeGreaterThanOrEqual(40);
  }
});
