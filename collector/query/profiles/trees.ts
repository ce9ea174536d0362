// In: the sampled stacks of a profile. Out: its functions in both directions, as shares of all samples.
import type { HotFunction, StackNode } from '../../../shared/api/profile.ts';
import { mergeTrees, type SentTree } from '../../../shared/stacks/stacks-builder.ts';
import { bottomUpTable } from './bottom-up.ts';
import { topDownTree } from './top-down.ts';

export interface ProfileTrees {
  readonly bottomUp: HotFunction[];
  readonly topDown: StackNode;
}

export function profileTrees(tree: SentTree): ProfileTrees {
  const stacks = mergeTrees([tree]);
  return { bottomUp: bottomUpTable(stacks), topDown: topDownTree(stacks) };
}
