// Bottom-up and top-down as tables that unfold: the readable twins of the flame graph. Branches become rows only as far as
// somebody unfolds them.
import { useMemo } from 'preact/hooks';
import { callersOf, hottestFunctions, weighFunctions } from '../../../shared/stacks/functions.ts';
import type { Stacks } from '../../../shared/stacks/stacks.ts';
import { childrenIn, type FlameTree, ground, orderTree } from './flame-tree.ts';
import { type Entry, FunctionTable, type TableProps } from './function-table.tsx';

/** Functions of the bottom-up table; the search finds the others. */
const mostFunctions = 5000;

export function BottomUpTable({ stacks, ...rest }: TableProps & { readonly stacks: Stacks }) {
  const entries = useMemo(() => hotEntries(stacks), [stacks]);
  return <FunctionTable {...rest} entries={entries} kind="bottom-up" first="self" filter />;
}

export function TopDownTable({ tree, stacks, ...rest }: TableProps & TreeOfStacks) {
  const entries = useMemo(() => [groundEntry(tree, stacks)], [tree, stacks]);
  return <FunctionTable {...rest} entries={entries} kind="top-down" first="total" filter={false} />;
}

interface TreeOfStacks {
  readonly tree: FlameTree;
  readonly stacks: Stacks;
}

function hotEntries(stacks: Stacks): readonly Entry[] {
  const { frames, parents, frameIds, weight } = stacks;
  const weights = weighFunctions(stacks);
  const isCalled = new Uint8Array(frames.length);
  for (let branch = 0; branch < parents.length; branch += 1) {
    if ((parents[branch] ?? ground) >= 0) isCalled[frameIds[branch] ?? 0] = 1;
  }
  return hottestFunctions(weights, mostFunctions).map((id) => ({
    ...nameOf(stacks, id),
    frame: id,
    self: share(weights.self[id], weight),
    total: share(weights.total[id], weight),
    expandable: isCalled[id] === 1,
    ...below(() => {
      const callers = orderTree(callersOf(stacks, id));
      const [root = ground] = childrenIn(callers, ground);
      return callerEntries(callers, root, weight);
    }),
  }));
}

function callerEntries(tree: FlameTree, branch: number, weight: number): readonly Entry[] {
  return Array.from(childrenIn(tree, branch), (child) => ({
    ...nameOf(tree, tree.frameIds[child] ?? 0),
    frame: null,
    self: null,
    total: share(tree.total[child], weight),
    expandable: childrenIn(tree, child).length > 0,
    ...below(() => callerEntries(tree, child, weight)),
  }));
}

function groundEntry(tree: FlameTree, stacks: Stacks): Entry {
  return {
    function: 'all',
    module: '',
    frame: null,
    self: 0,
    total: 1,
    expandable: tree.order.length > 0,
    ...below(() => branchEntries(tree, stacks, ground)),
  };
}

function branchEntries(tree: FlameTree, stacks: Stacks, branch: number): readonly Entry[] {
  return Array.from(childrenIn(tree, branch), (child) => ({
    ...nameOf(tree, tree.frameIds[child] ?? 0),
    frame: tree.frameIds[child] ?? 0,
    self: share(stacks.self[child], stacks.weight),
    total: share(stacks.total[child], stacks.weight),
    expandable: childrenIn(tree, child).length > 0,
    ...below(() => branchEntries(tree, stacks, child)),
  }));
}

function nameOf({ frames }: Pick<Stacks, 'frames'>, id: number) {
  const { function: name = '', module = '' } = frames[id] ?? {};
  return { function: name, module };
}

function share(weight = 0, all: number): number {
  return all > 0 ? weight / all : 0;
}

/** Made once, when somebody looks. */
function below(make: () => readonly Entry[]): Pick<Entry, 'below'> {
  let made: readonly Entry[] | undefined;
  return {
    below: () => {
      made ??= make();
      return made;
    },
  };
}
