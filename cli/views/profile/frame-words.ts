// In: stacks whose functions are partly no functions: classes of work, what was cut off, what has no name, a wait that the agent
// tells of. Out: the same stacks with words of the reader's language for these. For the eye only: scripts get the names as told.
import type { Frame } from '../../../shared/model/profile.ts';
import type { Stacks } from '../../../shared/stacks/stacks.ts';
import type { Say } from '../../language/language.ts';
import { isMessageKey } from '../../language/messages.ts';
import { classLabel } from './class-bar.ts';

export function withFrameWords<T extends Pick<Stacks, 'frames'>>(
  stacks: T,
  classes: readonly string[],
  say: Say,
): T {
  const frames = stacks.frames.map((frame, number) => inWords(frame, classes[number], say));
  return { ...stacks, frames };
}

/** Rolled up by class, a function is its own class. */
function inWords(frame: Frame, name: string | undefined, say: Say): Frame {
  const key = `frame.${frame.function}`;
  if (isMessageKey(key)) return { ...frame, function: say(key) };
  if (frame.module !== '' || frame.function !== name) return frame;
  return { function: classLabel(name, say), module: '' };
}
