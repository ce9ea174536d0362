// Light or dark: the system's wish unless the person chose; the choice is kept in this browser.
import { computed, effect, signal } from '@preact/signals';
import { readChoice, writeChoice } from './kept-choice.ts';

export type Theme = 'light' | 'dark';

const darkSystem = window.matchMedia('(prefers-color-scheme: dark)');
const systemTheme = signal<Theme>(darkSystem.matches ? 'dark' : 'light');
const chosen = signal<Theme | null>(readChoice('jidi.theme', ['light', 'dark']));

export const theme = computed<Theme>(() => chosen.value ?? systemTheme.value);

export function toggleTheme(): void {
  chosen.value = theme.value === 'dark' ? 'light' : 'dark';
  writeChoice('jidi.theme', chosen.value);
}

export function startTheme(): void {
  darkSystem.addEventListener('change', (event) => {
    systemTheme.value = event.matches ? 'dark' : 'light';
  });
  effect(() => {
    document.documentElement.dataset['theme'] = theme.value;
  });
}
