// In: stacks, and the shape in which they are wanted. Out: new stacks: focused, rolled up, recursion folded; and the class of each
// of their functions. Cutting comes last and apart: it has to see all that is compared.
import type { RollUp, StackShape } from '../../../shared/api/profile-view.ts';
import type { Frame } from '../../../shared/model/profile.ts';
import { foldRecursion } from '../../../shared/stacks/fold-recursion.ts';
import type { FunctionClasses } from '../../../shared/stacks/function-class.ts';
import { focusStacks, rollUp } from '../../../shared/stacks/reshape.ts';
import { restFrame, type Stacks, unknownFrame } from '../../../shared/stacks/stacks.ts';

export function shapeStacks(stacks: Stacks, shape: StackShape, classes: FunctionClasses): Stacks {
  const { focus, without, fold = false, by = 'function' } = shape;
  let shaped = stacks;
  if (focus !== undefined) shaped = focusStacks(shaped, { matches: hasIn(focus), keep: 'with' });
  if (without !== undefined) shaped = focusStacks(shaped, { matches: hasIn(without), keep: 'without' });
  if (by !== 'function') shaped = rollUp(shaped, namesBy(by, classes));
  return fold ? foldRecursion(shaped) : shaped;
}

/** Upper and lower case are the same. */
function hasIn(text: string): (frame: Frame) => boolean {
  const wanted = text.toLowerCase();
  return ({ function: name, module }) =>
    name.toLowerCase().includes(wanted) || module.toLowerCase().includes(wanted);
}

function namesBy(by: Exclude<RollUp, 'function'>, classes: FunctionClasses): (frame: Frame) => Frame {
  return (frame) => {
    if (isRest(frame)) return restFrame;
    if (by === 'class') return { function: classes.of(frame), module: '' };
    return { function: frame.module === '' ? unknownFrame.function : frame.module, module: frame.module };
  };
}

/** One for each function; of a roll-up by class it is its own name. */
export function classesOf({ frames }: Stacks, by: RollUp | undefined, classes: FunctionClasses): string[] {
  return frames.map((frame) => {
    if (by === 'class') return frame.function;
    return classes.of(by === 'module' ? { function: '', module: frame.module } : frame);
  });
}

function isRest({ function: name, module }: Frame): boolean {
  return name === restFrame.function && module === restFrame.module;
}
