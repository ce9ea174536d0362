import { describe, expect, it } from 'vitest';
import { inkOn, luminance, type Rgb, rampColor } from '../../../collector/web/charts/ramp.ts';

const steps = Array.from({ length: 101 }, (_, index) => index / 100);
const inks: Readonly<Record<string, Rgb>> = { '#000000': [0, 0, 0], '#ffffff': [255, 255, 255] };

function contrast(a: Rgb, b: Rgb): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05);
}

describe('colour ramp', () => {
  it('only ever grows lighter in the dark theme and darker in the light one', () => {
    const dark = steps.map((step) => luminance(rampColor('dark', step)));
    const light = steps.map((step) => luminance(rampColor('light', step)));
    for (let index = 1; index < steps.length; index += 1) {
      expect(dark[index]).toBeGreaterThanOrEqual(dark[index - 1] ?? 0);
      expect(light[index]).toBeLessThanOrEqual(light[index - 1] ?? 1);
    }
    expect((dark.at(-1) ?? 0) - (dark[0] ?? 0)).toBeGreaterThan(0.7);
  });

  it('keeps to its ends for figures beyond them', () => {
    expect(rampColor('dark', -1)).toEqual(rampColor('dark', 0));
    expect(rampColor('dark', 7)).toEqual(rampColor('dark', 1));
  });

  it('carries an ink with the contrast of WCAG AA on every colour', () => {
    for (const name of ['dark', 'light'] as const) {
      for (const step of steps) {
        const color = rampColor(name, step);
        expect(contrast(color, inks[inkOn(color)] ?? [0, 0, 0])).toBeGreaterThanOrEqual(4.5);
      }
    }
  });
});
