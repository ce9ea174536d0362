import { assert, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FunctionClasses } from '../../../shared/stacks/function-class.ts';
import { calleesOf, callersOf, hottestFunctions, weighFunctions } from '../../../shared/stacks/functions.ts';
import { anyPlainStacks, frameOf, renamed, sum, textOf, toPlain, toStacks } from './plain-stacks.ts';

describe('functions', () => {
  test('have what ends in them, and in what they call, each sample once', () => {
    assert(
      property(anyPlainStacks, (plain) => {
        const stacks = toStacks(plain);
        const { self, total } = weighFunctions(stacks);
        for (const [number, frame] of stacks.frames.entries()) {
          const name = textOf(frame);
          const having = [...plain].filter(([stack]) => stack.split(';').includes(name));
          const ending = having.filter(([stack]) => stack.split(';').at(-1) === name);
          expect(total[number]).toBe(sum(having.map(([, weight]) => weight)));
          expect(self[number]).toBe(sum(ending.map(([, weight]) => weight)));
        }
      }),
    );
  });

  test('are listed by what ends in them, the hottest first', () => {
    const stacks = toStacks([
      ['main;solve', 5],
      ['main;read', 9],
      ['main', 1],
    ]);
    const names = hottestFunctions(weighFunctions(stacks), 2).map((frame) => stacks.frames[frame]?.function);
    expect(names).toEqual(['read', 'solve']);
  });

  test('have callers and callees whose weights are those of their outermost calls', () => {
    assert(
      property(anyPlainStacks, (plain) => {
        const stacks = toStacks(plain);
        for (const [number, frame] of stacks.frames.entries()) {
          const name = textOf(frame);
          const callers = renamed(plain, (frames) =>
            frames.includes(name) ? frames.slice(0, frames.indexOf(name) + 1).reverse() : null,
          );
          const callees = renamed(plain, (frames) =>
            frames.includes(name) ? frames.slice(frames.indexOf(name)) : null,
          );
          expect(toPlain(callersOf(stacks, number))).toEqual(callers);
          expect(toPlain(calleesOf(stacks, number))).toEqual(callees);
        }
      }),
    );
  });
});

describe('classes', () => {
  const classes = new FunctionClasses([
    { class: 'kernel', modules: ['[kernel]'] },
    { class: 'mpi', functions: ['MPI_', 'PMPI_'] },
    { class: 'memory', modules: ['libc.so'], functions: ['malloc', 'free'] },
  ]);

  test('are those of the first rule that is met, or own code', () => {
    const found = ['entry@[kernel]', 'MPI_Send@libmpi.so.40', 'malloc@libc.so.6', 'malloc', 'read@libc.so.6'];
    expect(found.map((text) => classes.of(frameOf(text)))).toEqual([
      'kernel',
      'mpi',
      'memory',
      'own-code',
      'own-code',
    ]);
  });
});
