import { expect, test } from 'vitest';
import { subtractStacks } from '../../../shared/stacks/difference.ts';
import { mergeTrees } from '../../../shared/stacks/stacks-builder.ts';
import { alikeInModules } from '../../../shared/stacks/without-modules.ts';
import { stackTree } from '../../collector/query/profiles/stack-samples.ts';

const ours = mergeTrees([
  stackTree({ 'main@app;dot@libm.so.6': 6, 'main@app;read@[kernel]': 3, 'main@app;[unknown]@libx.so': 1 }),
]);
const folded = mergeTrees([
  stackTree({ 'main@;dot@': 5, 'main@;read@[kernel]': 3, 'main@;[unknown]@libx.so': 2 }),
]);

test('a profile and one without modules are compared function by function', () => {
  const { stacks, base } = subtractStacks(...alikeInModules(ours, folded));
  expect(stacks.frames.map(({ function: name, module }) => `${name}@${module}`)).toEqual([
    'main@',
    'dot@',
    'read@',
    '[unknown]@libx.so',
  ]);
  expect([[...stacks.self], [...base.self]]).toEqual([
    [0, 6, 3, 1],
    [0, 5, 3, 2],
  ]);
});

test('two profiles that tell modules, and two that do not, stay as they are', () => {
  expect(alikeInModules(ours, ours)).toEqual([ours, ours]);
  expect(alikeInModules(folded, folded)).toEqual([folded, folded]);
});
