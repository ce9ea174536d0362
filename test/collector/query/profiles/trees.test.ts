import { describe, expect, it } from 'vitest';
import { bottomUpLimits } from '../../../../collector/query/profiles/bottom-up.ts';
import { topDownLimits } from '../../../../collector/query/profiles/top-down.ts';
import { profileTrees } from '../../../../collector/query/profiles/trees.ts';
import type { Caller, HotFunction, StackNode } from '../../../../shared/api/profile.ts';
import type { StackTree } from '../../../../shared/model/profile.ts';
import { deepStack, stackTree } from './stack-samples.ts';

function row(rows: readonly HotFunction[], name: string): HotFunction {
  const found = rows.find((each) => each.function === name);
  if (found === undefined) throw new Error(`no row ${name}`);
  return found;
}

function callerPath(callers: readonly Caller[]): string[] {
  const [first] = callers;
  return first === undefined ? [] : [first.function, ...callerPath(first.callers)];
}

function nodesOf(root: StackNode): StackNode[] {
  const nodes = [root];
  for (let index = 0; index < nodes.length; index += 1) nodes.push(...(nodes[index]?.children ?? []));
  return nodes;
}

/** As many different leaves under one function as asked for, each with one sample. */
function wideTree(leaves: number): StackTree {
  const indexes = Array.from({ length: leaves + 1 }, (_, index) => index);
  return {
    frames: indexes.map((index) => ({ function: index === 0 ? 'main' : `leaf${index}`, module: 'app' })),
    parents: indexes.map((index) => (index === 0 ? -1 : 0)),
    frameIds: indexes,
    self: indexes.map((index) => (index === 0 ? 0 : 1)),
  };
}

describe('profileTrees', () => {
  const split = stackTree({ 'main;hot': 94, 'main;cold;hot': 1, 'main;cold': 4, main: 1 });

  it('gives each function its share of all samples, itself and with what it calls', () => {
    const { bottomUp } = profileTrees(split);
    expect(bottomUp.map(({ function: name, self, total }) => [name, self, total])).toEqual([
      ['hot', 0.95, 0.95],
      ['cold', 0.04, 0.05],
      ['main', 0.01, 1],
    ]);
  });

  it('shows through which callers the samples of a function came, the most frequent first', () => {
    const { callers } = row(profileTrees(split).bottomUp, 'hot');
    expect(callers).toEqual([
      { function: 'main', module: 'app', total: 0.94, callers: [] },
      {
        function: 'cold',
        module: 'app',
        total: 0.01,
        callers: [{ function: 'main', module: 'app', total: 0.01, callers: [] }],
      },
    ]);
  });

  it('shows the calls under one root that stands for all samples, the largest first', () => {
    expect(profileTrees(split).topDown).toEqual({
      function: 'all',
      module: '',
      self: 0,
      total: 1,
      children: [
        {
          function: 'main',
          module: 'app',
          self: 0.01,
          total: 1,
          children: [
            { function: 'hot', module: 'app', self: 0.94, total: 0.94, children: [] },
            {
              function: 'cold',
              module: 'app',
              self: 0.04,
              total: 0.05,
              children: [{ function: 'hot', module: 'app', self: 0.01, total: 0.01, children: [] }],
            },
          ],
        },
      ],
    });
  });

  it('counts a sample once for a function however deep it recurses', () => {
    const { bottomUp } = profileTrees(stackTree({ 'main;fib;fib;fib': 60, 'main;fib;g;fib': 40 }));
    expect(row(bottomUp, 'fib')).toMatchObject({ self: 1, total: 1 });
    expect(callerPath(row(bottomUp, 'fib').callers)).toEqual(['main']);
    expect(row(bottomUp, 'g')).toMatchObject({ self: 0, total: 0.4 });
  });

  it('tells functions of the same name in two modules apart', () => {
    const { bottomUp } = profileTrees(stackTree({ 'main;copy@liba.so': 3, 'main;copy@libb.so': 1 }));
    expect(bottomUp.slice(0, 2).map(({ module, self }) => [module, self])).toEqual([
      ['liba.so', 0.75],
      ['libb.so', 0.25],
    ]);
  });

  it('joins a stack that was sent in two branches', () => {
    const { topDown } = profileTrees({
      frames: [
        { function: 'main', module: 'app' },
        { function: 'main', module: 'app' },
      ],
      parents: [-1, -1],
      frameIds: [0, 1],
      self: [1, 1],
    });
    expect(topDown.children).toEqual([{ function: 'main', module: 'app', self: 1, total: 1, children: [] }]);
  });

  it('shows a frame that is missing as unknown', () => {
    const { bottomUp } = profileTrees({ frames: [], parents: [-1], frameIds: [7], self: [2] });
    expect(bottomUp).toEqual([{ function: '[unknown]', module: '', self: 1, total: 1, callers: [] }]);
  });

  it('has no rows and an empty root without samples', () => {
    const { bottomUp, topDown } = profileTrees({ frames: [], parents: [], frameIds: [], self: [] });
    expect(bottomUp).toEqual([]);
    expect(topDown).toEqual({ function: 'all', module: '', self: 0, total: 0, children: [] });
  });

  it.each([true, false])('takes stacks of 100,000 frames (recursive: %s)', (recursive) => {
    const { bottomUp, topDown } = profileTrees(deepStack(100_000, { recursive }));
    const top = nodesOf(topDown);
    expect(top).toHaveLength(topDownLimits.depth);
    expect(top.at(-1)).toMatchObject({ function: '[rest]', self: 1, total: 1 });
    expect(bottomUp).toHaveLength(recursive ? 1 : bottomUpLimits.rows);
    expect(() => JSON.stringify({ bottomUp, topDown })).not.toThrow();
  });

  it('follows callers 32 levels up and no further', () => {
    const { bottomUp } = profileTrees(deepStack(300, { recursive: false }));
    expect(callerPath(row(bottomUp, 'f299').callers)).toHaveLength(bottomUpLimits.depth);
  });

  it('leaves out callers below one in a thousand', () => {
    const { bottomUp } = profileTrees(stackTree({ 'main;often;copy': 9_995, 'main;seldom;copy': 5 }));
    expect(row(bottomUp, 'copy').callers.map((caller) => caller.function)).toEqual(['often']);
  });

  it('bounds both answers and says how much the rest is', () => {
    const { bottomUp, topDown } = profileTrees(wideTree(50_000));
    const nodes = nodesOf(topDown);
    expect(nodes.length).toBeLessThanOrEqual(topDownLimits.nodes);
    expect(nodes.reduce((sum, node) => sum + node.self, 0)).toBeCloseTo(1, 9);
    expect(nodes.find((node) => node.function === '[rest]')?.total).toBeGreaterThan(0.7);
    expect(bottomUp).toHaveLength(bottomUpLimits.rows);
  });
});
