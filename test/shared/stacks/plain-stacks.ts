// Stacks written out, one by one: slow and plain, to hold the real ones against. A function is `name` or `name@module`.
import { array, constantFrom, integer, tuple } from 'fast-check';
import type { Frame } from '../../../shared/model/profile.ts';
import { pathTo, type Stacks } from '../../../shared/stacks/stacks.ts';
import { StacksBuilder } from '../../../shared/stacks/stacks-builder.ts';

/** From root to leaf, joined by `;`, to its weight. */
export type PlainStacks = ReadonlyMap<string, number>;

export const frameOf = (text: string): Frame => {
  const [name = '', module = 'app'] = text.split('@');
  return { function: name, module };
};

export const textOf = ({ function: name, module }: Frame): string =>
  module === 'app' ? name : `${name}@${module}`;

export function toStacks(plain: Iterable<readonly [string, number]>): Stacks {
  const builder = new StacksBuilder();
  for (const [stack, weight] of plain) {
    let branch = -1;
    for (const text of stack.split(';')) branch = builder.branch(branch, builder.frame(frameOf(text)));
    builder.add(branch, weight);
  }
  return builder.build();
}

export function toPlain(stacks: Stacks): PlainStacks {
  const plain = new Map<string, number>();
  for (const [branch, weight] of stacks.self.entries()) {
    if (weight === 0) continue;
    const path = Array.from(pathTo(stacks, branch), (frame) => textOf(stacks.frames[frame] ?? frameOf('')));
    plain.set(path.join(';'), (plain.get(path.join(';')) ?? 0) + weight);
  }
  return plain;
}

/** Each stack under the name that `rename` gives it. */
export function renamed(plain: PlainStacks, rename: (frames: string[]) => string[] | null): PlainStacks {
  const result = new Map<string, number>();
  for (const [stack, weight] of plain) {
    const frames = rename(stack.split(';'));
    if (frames === null) continue;
    const name = frames.join(';');
    result.set(name, (result.get(name) ?? 0) + weight);
  }
  return result;
}

/** Few functions, so that they meet again and again; every weight at least 1. */
export const anyPlainStacks = array(
  tuple(
    array(constantFrom('a', 'b', 'c', 'd@lib', 'e@[kernel]'), { minLength: 1, maxLength: 12 }),
    integer({ min: 1, max: 100 }),
  ),
  { maxLength: 30 },
).map((stacks): PlainStacks => {
  const plain = new Map<string, number>();
  for (const [frames, weight] of stacks) {
    const name = frames.join(';');
    plain.set(name, (plain.get(name) ?? 0) + weight);
  }
  return plain;
});

export const sum = (weights: Iterable<number>): number => [...weights].reduce((all, one) => all + one, 0);
