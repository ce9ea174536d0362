// Colours of boxes by module or by class of work, with dark ink on all of them. A name has mostly the same colour in every
// profile; where two that weigh much would look alike, the lighter one gives way. Pure.
import type { Frame } from '../../../shared/model/profile.ts';
import { restFrame } from '../../../shared/stacks/stacks.ts';
import { hashOf, type TreeColumns } from './flame-tree.ts';

const hues = [28, 205, 152, 340, 262, 48, 188, 14, 95, 300, 228, 68] as const;

/** So many of the heaviest names are told apart at a glance, by at least so many degrees. */
const apart = { names: 3, degrees: 40 } as const;

export type FlameTheme = 'dark' | 'light';
export type Hues = ReadonlyMap<string, number>;

/** What is coloured alike: its name and how much its boxes weigh together. */
export interface ColorGroup {
  readonly name: string;
  readonly weight: number;
}

/** What is coloured alike in a tree, the heaviest first; by what ended in it. */
export function colorGroups(
  { frames, frameIds }: TreeColumns,
  self: Float64Array,
  nameOf: (frame: Frame) => string,
): readonly ColorGroup[] {
  const names = frames.map(nameOf);
  const weights = new Map<string, number>();
  for (let branch = 0; branch < frameIds.length; branch += 1) {
    const name = names[frameIds[branch] ?? 0] ?? '';
    weights.set(name, (weights.get(name) ?? 0) + (self[branch] ?? 0));
  }
  for (const name of names) if (!weights.has(name)) weights.set(name, 0);
  return [...weights]
    .map(([name, weight]) => ({ name, weight }))
    .sort((a, b) => b.weight - a.weight || (a.name < b.name ? -1 : 1));
}

/** A hue for each name, the heaviest first. Quiet ones need none. */
export function chooseHues(groups: readonly ColorGroup[]): Hues {
  const chosen = new Map<string, number>();
  for (const { name } of groups) {
    if (isQuiet(name)) continue;
    const first = hashOf(name) % hues.length;
    const order = [...hues.slice(first), ...hues.slice(0, first)];
    const used = [...chosen.values()];
    const least = chosen.size < apart.names ? apart.degrees : 1;
    chosen.set(name, order.find((hue) => used.every((one) => distance(one, hue) >= least)) ?? order[0] ?? 28);
  }
  return chosen;
}

/** CSS colour of a name's boxes. The kernel and what is not known have their own quiet colours. */
export function hueColor(name: string, chosen: Hues, theme: FlameTheme): string {
  const lightness = theme === 'dark' ? 64 : 76;
  if (name === '') return `hsl(220 8% ${lightness}%)`;
  if (isQuiet(name)) return `hsl(220 26% ${lightness}%)`;
  return `hsl(${chosen.get(name) ?? 28} ${theme === 'dark' ? 58 : 74}% ${lightness}%)`;
}

/** By function, so that no colour is made while painting. */
export function frameColors(
  frames: readonly Frame[],
  nameOf: (frame: Frame) => string,
  chosen: Hues,
  theme: FlameTheme,
): readonly string[] {
  const made = new Map<string, string>();
  return frames.map((frame) => {
    const name = isRest(frame) ? '' : nameOf(frame);
    const known = made.get(name) ?? hueColor(name, chosen, theme);
    made.set(name, known);
    return known;
  });
}

export function isRest({ function: name, module }: Frame): boolean {
  return name === restFrame.function && module === '';
}

function isQuiet(name: string): boolean {
  return name === '' || name.startsWith('[kernel') || name === 'kernel';
}

function distance(a: number, b: number): number {
  const direct = Math.abs(a - b);
  return Math.min(direct, 360 - direct);
}
