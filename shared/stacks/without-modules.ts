// Two profiles that are compared by function and module, of which one may come from a file that tells no modules, as folded text.
// In: the stacks of both. Out: both by function alone in that case, else as they were. What has no name stays apart by module.
import type { Frame } from '../model/profile.ts';
import { rollUp } from './reshape.ts';
import { restFrame, type Stacks, unknownFrame } from './stacks.ts';

export function alikeInModules(stacks: Stacks, base: Stacks): readonly [stacks: Stacks, base: Stacks] {
  if (tellsModules(stacks) === tellsModules(base)) return [stacks, base];
  return [rollUp(stacks, withoutModule), rollUp(base, withoutModule)];
}

/** Of the kernel's functions folded text may tell that they are the kernel's. */
function tellsModules({ frames }: Stacks): boolean {
  return frames.some((frame) => isNamed(frame) && frame.module !== '' && frame.module !== '[kernel]');
}

function withoutModule(frame: Frame): Frame {
  return isNamed(frame) ? { function: frame.function, module: '' } : frame;
}

function isNamed({ function: name }: Frame): boolean {
  return name !== unknownFrame.function && name !== restFrame.function;
}
