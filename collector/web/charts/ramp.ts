// Colours for figures. In: 0 to 1. Out: a colour of a ramp whose lightness only ever goes one way, so that it is read
// the same by eyes that do not tell red from green and on paper. Pure.

export type Rgb = readonly [red: number, green: number, blue: number];

// After viridis; the low end is lifted a little off the dark background.
const dark: readonly Rgb[] = [
  [46, 38, 94],
  [59, 82, 139],
  [44, 114, 142],
  [33, 145, 140],
  [53, 183, 121],
  [143, 215, 68],
  [253, 231, 37],
];

// The same idea for a light background: little is pale, much is deep.
const light: readonly Rgb[] = [
  [226, 240, 236],
  [170, 218, 205],
  [104, 189, 182],
  [54, 151, 167],
  [52, 107, 151],
  [61, 64, 124],
  [48, 26, 75],
];

export type RampName = 'dark' | 'light';

const ramps: Readonly<Record<RampName, readonly Rgb[]>> = { dark, light };

export function rampColor(name: RampName, value: number): Rgb {
  const stops = ramps[name];
  const place = Math.min(1, Math.max(0, value)) * (stops.length - 1);
  const index = Math.min(Math.floor(place), stops.length - 2);
  const low = stops[index] ?? [0, 0, 0];
  const high = stops[index + 1] ?? low;
  const share = place - index;
  return [mix(low[0], high[0], share), mix(low[1], high[1], share), mix(low[2], high[2], share)];
}

/** Relative luminance of WCAG 2, 0 to 1. */
export function luminance([red, green, blue]: Rgb): number {
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

/** The ink that is read better on the colour. */
export function inkOn(color: Rgb): '#000000' | '#ffffff' {
  return luminance(color) > 0.179 ? '#000000' : '#ffffff';
}

export function toCss([red, green, blue]: Rgb): string {
  return `rgb(${red} ${green} ${blue})`;
}

function mix(low: number, high: number, share: number): number {
  return Math.round(low + (high - low) * share);
}

function linear(channel: number): number {
  const value = channel / 255;
  return value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}
