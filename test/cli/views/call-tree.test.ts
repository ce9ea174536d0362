import { describe, expect, it } from 'vitest';
import { callTreeLines } from '../../../cli/views/call-tree.ts';

interface Call {
  readonly function: string;
  readonly module: string;
  readonly total: number;
  readonly calls: readonly Call[];
}

function call(name: string, total: number, ...calls: readonly Call[]): Call {
  return { function: name, module: '', total, calls };
}

function draw(roots: readonly Call[], min = 0): string[] {
  return callTreeLines(roots, { childrenOf: ({ calls }) => calls, min }).map(
    ({ drawing, branch, omitted }) =>
      branch === null ? `${drawing}(${omitted})` : drawing + branch.function,
  );
}

describe('callTreeLines', () => {
  it('draws branches, the largest first', () => {
    const tree = call('main', 1, call('small', 0.1), call('large', 0.9, call('a', 0.5), call('b', 0.4)));
    expect(draw([tree])).toEqual(['└─ main', '   ├─ large', '   │  ├─ a', '   │  └─ b', '   └─ small']);
  });

  it('puts an only call under its caller without a step to the right', () => {
    expect(draw([call('main', 1, call('run', 1, call('loop', 1)))])).toEqual([
      '└─ main',
      '   ↳ run',
      '   ↳ loop',
    ]);
  });

  it('counts what is too small instead of drawing it', () => {
    const tree = call('main', 1, call('large', 0.9), call('s1', 0.01), call('s2', 0.02));
    expect(draw([tree], 0.05)).toEqual(['└─ main', '   ├─ large', '   └─ (2)']);
  });

  it('survives stacks deeper than its own', () => {
    let tree = call('leaf', 1);
    for (let depth = 0; depth < 50_000; depth += 1) tree = call('f', 1, tree);
    expect(draw([tree])).toHaveLength(50_001);
  });
});
