// A tree of stacks as text: one line per stack that has samples of its own, `root;…;leaf count`.
import type { StackTree } from '../../../shared/model/profile.ts';

export function foldedText(tree: StackTree): string {
  const lines = tree.self.flatMap((count, node) => (count === 0 ? [] : [`${pathOf(tree, node)} ${count}`]));
  return lines.join('\n');
}

function pathOf(tree: StackTree, node: number): string {
  const frame = tree.frames[tree.frameIds[node] ?? -1];
  const parent = tree.parents[node] ?? -1;
  const own = `${frame?.function}@${frame?.module}`;
  return parent < 0 ? own : `${pathOf(tree, parent)};${own}`;
}
