// The colours of all views of one profile: the same name has the same colour in each. In: stacks, by what they are coloured.
// Out: colours by branch for any tree that is made of these stacks, and the legend.
import { useMemo } from 'preact/hooks';
import type { Frame } from '../../../shared/model/profile.ts';
import {
  type ColorGroup,
  chooseHues,
  colorGroups,
  type FlameTheme,
  frameColors,
  hueColor,
} from '../flame/flame-color.ts';
import { ground, type TreeColumns } from '../flame/flame-tree.ts';
import type { ShownStacks } from '../flame/shown-stacks.ts';
import type { Coloring } from '../state/profile-choice.ts';
import { theme } from '../state/theme.ts';

export interface BranchColors {
  readonly groups: readonly ColorGroup[];
  readonly colorOfGroup: (name: string) => string;
  readonly colorsOf: (tree: TreeColumns) => (branch: number) => string;
}

export function useColors({ stacks, classOf }: ShownStacks, coloring: Coloring): BranchColors {
  const shownTheme = theme.value;
  return useMemo(() => {
    const nameOf = coloring === 'class' ? classOf : (frame: Frame): string => frame.module;
    const groups = colorGroups(stacks, stacks.self, nameOf);
    const hues = chooseHues(groups);
    return {
      groups,
      colorOfGroup: (name) => hueColor(name, hues, shownTheme),
      colorsOf: ({ frames, frameIds }) => {
        const colors = frameColors(frames, nameOf, hues, shownTheme);
        return (branch) =>
          branch === ground ? groundColor(shownTheme) : (colors[frameIds[branch] ?? 0] ?? '');
      },
    };
  }, [stacks, classOf, coloring, shownTheme]);
}

export function groundColor(shownTheme: FlameTheme): string {
  return hueColor('', new Map(), shownTheme);
}
