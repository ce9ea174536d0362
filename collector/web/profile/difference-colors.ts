// Colours and words of a difference. Red-orange is more, blue is less, also for eyes that do not tell red from green; grey may be
// chance. In: weights of both sides. Out: a colour and the judgement by branch, each made once. Pure.
import { differenceOfShares, type SharesDiffer } from '../../../shared/stacks/proportions.ts';
import type { FlameTheme } from '../flame/flame-color.ts';
import { ground } from '../flame/flame-tree.ts';
import type { ShownDifference } from '../flame/shown-stacks.ts';

type Rgb = readonly [number, number, number];

const palette: Readonly<Record<FlameTheme, Readonly<Record<'none' | 'more' | 'less', Rgb>>>> = {
  dark: { none: [146, 152, 166], more: [246, 110, 56], less: [72, 158, 246] },
  light: { none: [217, 221, 228], more: [240, 104, 48], less: [66, 148, 236] },
};

/** A change of so much of all has the full colour. */
const fullAt = 0.1;
const faintest = 0.3;

export interface BranchJudge {
  readonly judge: (branch: number) => SharesDiffer;
  readonly share: (branch: number) => number;
  readonly baseShare: (branch: number) => number;
}

export function judgeBranches({ difference, sampleWeight }: ShownDifference): BranchJudge {
  const { stacks, base } = difference;
  const known = new Map<number, SharesDiffer>();
  const now = (branch: number): number => (branch === ground ? stacks.weight : (stacks.total[branch] ?? 0));
  const before = (branch: number): number => (branch === ground ? base.weight : (base.total[branch] ?? 0));
  const ratio = (part: number, all: number): number => (all > 0 ? part / all : 0);
  return {
    share: (branch) => ratio(now(branch), stacks.weight),
    baseShare: (branch) => ratio(before(branch), base.weight),
    judge: (branch) => {
      const judged =
        known.get(branch) ??
        differenceOfShares(
          { hits: now(branch) / sampleWeight, of: stacks.weight / sampleWeight },
          { hits: before(branch) / sampleWeight, of: base.weight / sampleWeight },
        );
      known.set(branch, judged);
      return judged;
    },
  };
}

export function differenceColor({ difference, isSure }: SharesDiffer, theme: FlameTheme): string {
  const { none, more, less } = palette[theme];
  if (!isSure || difference === 0) return css(none);
  const target = difference > 0 ? more : less;
  const strength = faintest + (1 - faintest) * Math.min(1, Math.sqrt(Math.abs(difference) / fullAt));
  return css([0, 1, 2].map((channel) => mix(none[channel] ?? 0, target[channel] ?? 0, strength)));
}

/** For the legend: from the most of less to the most of more. */
export function differenceRamp(theme: FlameTheme): readonly string[] {
  return [-fullAt, -0.03, 0, 0.03, fullAt].map((difference) =>
    differenceColor({ difference, low: 0, high: 0, isSure: true }, theme),
  );
}

function mix(from: number, to: number, share: number): number {
  return Math.round(from + (to - from) * share);
}

function css(channels: readonly number[]): string {
  return `rgb(${channels.join(' ')})`;
}
