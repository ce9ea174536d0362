// In: a profile, which of its samples and in which shape. Out: their stacks in columns, as the API tells them.
import {
  type ProfileStacks,
  type StackChoice,
  stackViewLimits,
} from '../../../../shared/api/profile-view.ts';
import type { FunctionClasses } from '../../../../shared/stacks/function-class.ts';
import { cutStacks } from '../../../../shared/stacks/reshape.ts';
import type { Stacks } from '../../../../shared/stacks/stacks.ts';
import { chooseStacks } from '../chosen-stacks.ts';
import { findProfile, type ProfileSource } from '../profile-parts.ts';
import { classesOf, shapeStacks } from '../shaped-stacks.ts';

export async function viewStacks(
  source: ProfileSource,
  classes: FunctionClasses,
  { id, choice }: { readonly id: string; readonly choice: StackChoice },
): Promise<ProfileStacks> {
  const chosen = await chooseStacks(source, await findProfile(source, id), choice);
  const shaped = shapeStacks(chosen.stacks, choice, classes);
  const cut = cutStacks(shaped, choice.most ?? stackViewLimits.branches.default);
  return {
    ...treeColumns(cut, classesOf(cut, choice.by, classes)),
    branches: shaped.parents.length,
    timed: chosen.timed,
    sampleWeight: chosen.sampleWeight,
  };
}

export function treeColumns(stacks: Stacks, classes: string[]) {
  return {
    functions: stacks.frames.map((frame) => frame.function),
    modules: stacks.frames.map((frame) => frame.module),
    classes,
    parents: Array.from(stacks.parents),
    frameIds: Array.from(stacks.frameIds),
    self: Array.from(stacks.self),
    weight: stacks.weight,
  };
}
