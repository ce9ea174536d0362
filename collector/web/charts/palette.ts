// Colours of canvases in both themes; the style sheets have the same for everything else.
import type { Theme } from '../state/theme.ts';

export interface Palette {
  /** For series, told apart also by eyes that do not tell red from green. */
  readonly series: readonly string[];
  readonly grid: string;
  readonly axis: string;
  readonly text: string;
  readonly panel: string;
  readonly accent: string;
  readonly mark: string;
  readonly absent: string;
  readonly absentInk: string;
  readonly focus: string;
}

const dark: Palette = {
  series: [
    '#5b9dff',
    '#f5a524',
    '#3ecf8e',
    '#f472a8',
    '#a78bfa',
    '#4fd1e0',
    '#f87462',
    '#cbd35b',
    '#94a3b8',
    '#e0a3ff',
    '#7dd3a8',
    '#ffb4a2',
  ],
  grid: 'rgb(255 255 255 / 6%)',
  axis: '#8d96a8',
  text: '#e7eaf0',
  panel: '#12151c',
  accent: '#5b9dff',
  mark: '#f5a524',
  absent: '#1d222c',
  absentInk: '#8d96a8',
  focus: '#ffffff',
};

const light: Palette = {
  series: [
    '#1f6feb',
    '#c26a00',
    '#12885a',
    '#c02a73',
    '#7345d6',
    '#0b7f93',
    '#c7372a',
    '#6f7a00',
    '#5b6678',
    '#9a3fc4',
    '#2f8f63',
    '#b3573f',
  ],
  grid: 'rgb(10 20 40 / 7%)',
  axis: '#5b6678',
  text: '#12161d',
  panel: '#ffffff',
  accent: '#1f6feb',
  mark: '#b35c00',
  absent: '#e9ecf1',
  absentInk: '#5b6678',
  focus: '#12161d',
};

export function paletteOf(theme: Theme): Palette {
  return theme === 'dark' ? dark : light;
}

export function seriesColor(palette: Palette, index: number): string {
  return palette.series[index % palette.series.length] ?? palette.accent;
}
